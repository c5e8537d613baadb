/**
 * The connection as data: what it is (`ConnectionState`), what happens to it (`ConnectionEvent`)
 * and what must be done about it (`Effect`). The reducer is pure; `connection.ts` does the work.
 *
 *            start               tokenReady            ready               synced
 *    idle ──────────▶ authorizing ──────────▶ opening ───────▶ syncing ───────────▶ online
 *                      ▲   │                     │                │                   │
 *             retryDue │   │ tokenFailed         │ lost           │ lost              │ lost
 *         networkFound │   ▼                     ▼                ▼                   │ draining
 *                     waiting ◀───────────────────────────────────────────────────────┘
 *
 *    networkLost: authorizing, opening, syncing, online, waiting → offline
 *    networkFound: offline → authorizing
 *    stop, or a loss whose code says not to come back: any → closed; start: closed → authorizing
 *
 * Make before break: after `draining` the old link keeps `serving` while the machine climbs from
 * `waiting` to `online` again with a new one; it is dropped when the new one is synced.
 */
import type {
  Circumstances,
  ConnectionEvent,
  ConnectionState,
  Outcome,
  Phase,
} from './connection-state.ts';
import * as step from './transitions.ts';

type Row = { readonly [Type in ConnectionEvent['type']]: step.Step<Type> };

/** What has no meaning in a state changes nothing there. */
const unmoved: Row = {
  start: step.same,
  stop: step.stop,
  tokenReady: step.same,
  tokenFailed: step.same,
  ready: step.same,
  synced: step.same,
  syncRefused: step.same,
  lost: step.same,
  draining: step.same,
  retryDue: step.same,
  networkLost: step.goOffline,
  networkFound: step.same,
};

/** Every state answers every event; a row names where it differs from `unmoved`. */
export const transitions: { readonly [Name in Phase]: Row } = {
  idle: { ...unmoved, start: step.restart, networkLost: step.same },
  authorizing: { ...unmoved, tokenReady: step.open, tokenFailed: step.tokenFailed },
  opening: { ...unmoved, ready: step.sync, lost: step.lost },
  syncing: { ...unmoved, synced: step.goOnline, syncRefused: step.syncAfresh, lost: step.lost },
  online: { ...unmoved, lost: step.lost, draining: step.move },
  waiting: { ...unmoved, retryDue: step.retry, networkFound: step.hurry },
  offline: { ...unmoved, networkLost: step.same, networkFound: step.authorizeAnew },
  closed: { ...unmoved, start: step.restart, stop: step.same, networkLost: step.same },
};

/** The one way a connection changes. Events of sockets that no longer matter change nothing. */
export function reduceConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  around: Circumstances,
): Outcome {
  if (event.type === 'lost' && event.link === state.serving && state.phase !== 'online') {
    return step.oldLinkLost(state, event, around);
  }
  if ('link' in event && event.link !== state.link) return step.same(state);
  // The compiler holds the table complete; it cannot see that row and event agree.
  const transition = transitions[state.phase][event.type] as step.Step<ConnectionEvent['type']>;
  return transition(state, event, around);
}
