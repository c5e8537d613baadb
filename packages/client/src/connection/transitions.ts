/** The steps of the connection machine: each is one arrow of the diagram in `machine.ts`. */
import { type AfterClose, afterClose, closeCodes } from '@nova/protocol/wire';
import { backOffMs } from './back-off.ts';
import type {
  Circumstances,
  ConnectionEvent,
  ConnectionState,
  Effect,
  LossReason,
  Outcome,
} from './connection-state.ts';

export type Named<Type extends ConnectionEvent['type']> = Extract<ConnectionEvent, { type: Type }>;
export type Step<Type extends ConnectionEvent['type']> = (
  state: ConnectionState,
  event: Named<Type>,
  around: Circumstances,
) => Outcome;
/**
 * A connection that broke sooner than this after it came up does not begin the back-off anew: a
 * service that ends at once what it accepts is not helped by haste.
 */
const steadyMs = 10_000;
/** But the service is there: what was waited before it came up counts up to this try. */
const unsteadyAttempt = 3;
/** After being closed for flooding, start the back-off at this try. */
const floodedAttempt = 4;

export const same = (state: ConnectionState): Outcome => ({ state, effects: [] });

export const goOffline = (state: ConnectionState): Outcome => ({
  state: {
    ...settle(state, 'offline'),
    reason: { code: 1006, message: 'the network is gone' },
  },
  effects: [...calledOff(state), ...dropAll(state)],
});

const close = (state: ConnectionState, reason: LossReason): Outcome => ({
  state: { ...settle(state, 'closed'), reason },
  effects: [...calledOff(state), ...dropAll(state)],
});

export const stop = (state: ConnectionState): Outcome =>
  close(state, { code: 1000, message: 'closed by the application' });

export const authorize = (state: ConnectionState): Outcome => ({
  state: { ...state, phase: 'authorizing', retryAtMs: null },
  effects: [...calledOff(state), { type: 'fetchToken', fresh: state.freshToken }],
});

export const retry = (state: ConnectionState): Outcome => authorize({ ...state, retryAtMs: null });

export const authorizeAnew = (state: ConnectionState): Outcome =>
  authorize({ ...state, attempt: 0, reason: null });

/** A network that came back is worth a try at once, unless this is a planned move. */
export const hurry = (state: ConnectionState): Outcome =>
  state.serving === null ? authorize({ ...state, attempt: 0 }) : same(state);

export const open: Step<'tokenReady'> = (state, { token }) => {
  const link = state.link + 1;
  return {
    state: { ...state, phase: 'opening', link, freshToken: false },
    effects: [{ type: 'open', link, token }],
  };
};

export const tokenFailed: Step<'tokenFailed'> = (state, { message, final }, around) => {
  const reason = { code: closeCodes.unauthenticated.code, message };
  return final ? close(state, reason) : wait({ ...state, reason }, around);
};

export const sync: Step<'ready'> = (state, { link, resumable }) => {
  const mode = resumable ? state.sync : 'afresh';
  return {
    state: { ...state, phase: 'syncing', sync: mode },
    effects: [{ type: 'sync', link, mode }],
  };
};

export const syncAfresh: Step<'syncRefused'> = (state, { link }) =>
  sync({ ...state, sync: 'afresh' }, { type: 'ready', link, resumable: true }, zero);

const zero: Circumstances = { nowMs: 0, random: 0 };

export const goOnline: Step<'synced'> = (state, { link }, { nowMs }) => ({
  state: {
    ...state,
    phase: 'online',
    serving: link,
    sync: 'resume',
    onlineSinceMs: nowMs,
    reason: null,
  },
  effects: [
    { type: 'serve', link },
    ...(state.serving === null ? [] : [{ type: 'drop', link: state.serving } as const]),
  ],
});

export const move: Step<'draining'> = (state, { afterMs }, { nowMs }) => ({
  state: {
    ...state,
    phase: 'waiting',
    attempt: 0,
    retryAtMs: nowMs + afterMs,
    reason: { code: closeCodes.draining.code, message: closeCodes.draining.meaning },
  },
  effects: [{ type: 'schedule', delayMs: afterMs }],
});

export const lost: Step<'lost'> = (state, { link, reason }, around) => {
  const { nowMs } = around;
  const after: AfterClose = afterClose(reason.code);
  const cameUp = state.phase === 'online' && state.onlineSinceMs !== null;
  const wasSteady = cameUp && nowMs - (state.onlineSinceMs ?? nowMs) >= steadyMs;
  const attempt = wasSteady ? 0 : Math.min(state.attempt, cameUp ? unsteadyAttempt : Infinity);
  const flooded = reason.code === closeCodes.rateLimited.code;
  const next: ConnectionState = {
    ...state,
    // The link is gone: there is nothing to drop of it.
    phase: 'waiting',
    serving: state.serving === link ? null : state.serving,
    attempt: flooded ? Math.max(attempt, floodedAttempt) : attempt,
    sync: after === 'listAfresh' ? 'afresh' : state.sync,
    // A browser does not tell a refused upgrade from a network failure, so the second try in a
    // row that never became ready brings another token.
    freshToken: after === 'freshToken' || (state.phase === 'opening' && state.attempt > 0),
    onlineSinceMs: null,
    reason,
  };
  if (after === 'stop') return close(next, reason);
  if (after === 'freshToken' && !state.renewable) return close(next, reason);
  return wait(next, around);
};

/**
 * The old link of a move is gone before the new one took over: do without it. Being replaced by
 * our own newer socket is how such a move is meant to end.
 */
export function oldLinkLost(
  state: ConnectionState,
  { link, reason }: Named<'lost'>,
  { nowMs, random }: Circumstances,
): Outcome {
  const after = afterClose(reason.code);
  const alone: ConnectionState = { ...state, serving: null, onlineSinceMs: null };
  if (after === 'stop' && link === state.link) return close(alone, reason);
  if (state.retryAtMs === null) return same(alone);
  const retryAtMs = Math.min(state.retryAtMs, nowMs + backOffMs(0, random));
  return {
    state: { ...alone, retryAtMs },
    effects: [{ type: 'unschedule' }, { type: 'schedule', delayMs: retryAtMs - nowMs }],
  };
}

function wait(state: ConnectionState, { nowMs, random, longestWaitMs }: Circumstances): Outcome {
  const delayMs = backOffMs(state.attempt, random, longestWaitMs);
  return {
    state: {
      ...state,
      phase: 'waiting',
      attempt: state.attempt + 1,
      retryAtMs: nowMs + delayMs,
    },
    effects: [{ type: 'schedule', delayMs }],
  };
}

const settle = (state: ConnectionState, phase: 'offline' | 'closed'): ConnectionState => ({
  ...state,
  phase,
  attempt: 0,
  serving: null,
  retryAtMs: null,
  onlineSinceMs: null,
});

const calledOff = (state: ConnectionState): Effect[] =>
  state.retryAtMs === null ? [] : [{ type: 'unschedule' }];

function dropAll(state: ConnectionState): Effect[] {
  const { phase, link, serving } = state;
  const links = new Set<number>();
  if (serving !== null) links.add(serving);
  if (phase === 'opening' || phase === 'syncing') links.add(link);
  return [...links].map((number) => ({ type: 'drop', link: number }));
}

export const restart = (state: ConnectionState): Outcome =>
  authorizeAnew({ ...state, sync: 'resume' });
