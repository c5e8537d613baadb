/** What follows for the whole from who is in a call and whose media flows. */
import { applyEvent } from './apply-event.ts';
import { type CallFacts, joined, type LegFacts } from './call-facts.ts';
import type { CallEvent } from './transitions.ts';

/** Why somebody is out of a call: decides what the whole call ends with, should it end. */
export type Departure = Extract<CallEvent, 'abandoned' | 'lost' | 'unconnected'>;

/**
 * Brings the call's state in line with its participants after a change of them. Whoever has nobody
 * to talk to owes no media; whoever has somebody gets `callConnectMs` from that moment on.
 */
export function settle(call: CallFacts, nowMs: number, departure?: Departure): CallFacts {
  if (call.state === 'ended') return call;
  const present = joined(call).length;
  if (call.state === 'ringing') return settleRinging(call, present, nowMs, departure);
  if (present < (call.direct ? 2 : 1)) return applyEvent(call, departure ?? 'abandoned', nowMs);
  const connected = joined(call).filter(({ leg }) => leg.flow === 'connected').length;
  const event = present === 1 ? 'alone' : connected > 1 ? 'flowing' : 'broken';
  return aloneOrNot(applyEvent(withLegs(call, present, nowMs), event, nowMs), present, nowMs);
}

function settleRinging(
  call: CallFacts,
  present: number,
  nowMs: number,
  departure: Departure | undefined,
): CallFacts {
  if (present === 0) return applyEvent(call, departure ?? 'abandoned', nowMs);
  if (present > 1) return withLegs(applyEvent(call, 'answered', nowMs), present, nowMs);
  const rung = call.participants.filter(({ userId }) => userId !== call.createdBy);
  if (rung.some(({ state }) => state === 'ringing')) return call;
  if (rung.every(({ state }) => state === 'busy')) return applyEvent(call, 'occupied', nowMs);
  const declined = rung.some(({ state }) => state === 'declined' || state === 'left');
  return applyEvent(call, declined ? 'refused' : 'unanswered', nowMs);
}

function withLegs(call: CallFacts, present: number, nowMs: number): CallFacts {
  return {
    ...call,
    participants: call.participants.map((participant) =>
      participant.leg === undefined
        ? participant
        : { ...participant, leg: owing(participant.leg, present, nowMs) },
    ),
  };
}

function owing(leg: LegFacts, present: number, nowMs: number): LegFacts {
  const { owingSinceMs, ...rest } = leg;
  if (present === 1) return { ...rest, flow: 'connecting' };
  if (leg.flow === 'connected') return rest;
  return { ...rest, owingSinceMs: owingSinceMs ?? nowMs };
}

function aloneOrNot(call: CallFacts, present: number, nowMs: number): CallFacts {
  const { aloneSinceMs, ...rest } = call;
  if (present > 1 || call.state === 'ended') return rest;
  return { ...rest, aloneSinceMs: aloneSinceMs ?? nowMs };
}
