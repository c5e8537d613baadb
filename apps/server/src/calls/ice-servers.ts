import { defineHandler } from '#dispatch/handler.js';
import type { HandlerDeps } from './act-on-call.ts';
import { type CallFacts, participantOf } from './call-facts.ts';
import { callForViewer } from './call-store.ts';
import { endsAtMs } from './deadlines.ts';
import { callNotFound, callOver } from './refusals.ts';
import { turnCredentials } from './turn-credentials.ts';

export interface IceOptions {
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  readonly turnSecrets: readonly string[];
}

/**
 * Servers for whoever a live call rings for or is joined by. An entry has an address or is not
 * there: browsers refuse an empty one, and the whole call with it.
 */
export const iceServers = ({ db, rules, clock = Date.now }: HandlerDeps, options: IceOptions) =>
  defineHandler('rtc.iceServers', 'turn', async ({ userId }, { callId }) => {
    const call = await callForViewer(db, callId, userId);
    if (call === undefined) throw callNotFound();
    if (call.state === 'ended') throw callOver();
    if (!takesPart(call, userId)) throw callNotFound();
    const nowMs = clock();
    const untilMs = endsAtMs(call, rules) ?? nowMs + rules.maxDurationMs;
    const stun = options.stunUrls.length === 0 ? [] : [{ urls: [...options.stunUrls] }];
    const turn = options.turnUrls.length === 0 ? [] : options.turnSecrets;
    return {
      iceServers: [
        ...stun,
        ...turn.map((secret) => ({
          urls: [...options.turnUrls],
          ...turnCredentials(secret, { callId, userId }, untilMs),
        })),
      ],
      ttlMs: Math.max(0, untilMs - nowMs),
    };
  });

/** Declining or leaving gives the right away; joining again gives it back. */
function takesPart(call: CallFacts, userId: string): boolean {
  const state = participantOf(call, userId)?.state;
  return state === 'ringing' || state === 'joined';
}
