import type { CallFacts } from './call-facts.ts';
import { type CallEvent, nextOf } from './transitions.ts';

/** The call after an event of the whole: in another state, or over with everybody out of it. */
export function applyEvent(call: CallFacts, event: CallEvent, nowMs: number): CallFacts {
  const next = nextOf(call.state, event);
  if ('endReason' in next) {
    const { aloneSinceMs: _, ...rest } = call;
    return {
      ...rest,
      state: 'ended',
      endReason: next.endReason,
      endedMs: nowMs,
      participants: call.participants.map(({ leg, ...participant }) => ({
        ...participant,
        state: participant.state === 'ringing' ? 'missed' : participant.state,
        ...(leg === undefined ? {} : { leftMs: nowMs }),
      })),
    };
  }
  if (next.state === call.state) return call;
  return {
    ...call,
    state: next.state,
    ...(event === 'answered' ? { answeredMs: nowMs } : {}),
    ...(event === 'flowing' && call.startedMs === undefined ? { startedMs: nowMs } : {}),
  };
}
