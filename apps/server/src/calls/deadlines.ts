/** What time does to a call. Every deadline stands in the row, so that any node can act on it. */
import { limits } from '@nova/protocol/wire';
import { depart, type LegEnded, type Outcome } from './acts.ts';
import { applyEvent } from './apply-event.ts';
import { type CallFacts, type CallRules, joined, type LegFacts } from './call-facts.ts';
import { settle } from './settle.ts';

export const ringsUntilMs = (call: CallFacts, { ringMs }: CallRules): number | undefined =>
  call.participants.some(({ state }) => state === 'ringing') ? call.createdMs + ringMs : undefined;

export const endsAtMs = (call: CallFacts, rules: CallRules): number | undefined =>
  call.startedMs === undefined ? undefined : call.startedMs + rules.maxDurationMs;

const owesUntilMs = ({ owingSinceMs }: LegFacts): number | undefined =>
  owingSinceMs === undefined ? undefined : owingSinceMs + limits.callConnectMs;

const keptUntilMs = ({ socketLostMs }: LegFacts): number | undefined =>
  socketLostMs === undefined ? undefined : socketLostMs + limits.callGraceMs;

const idleUntilMs = (call: CallFacts, rules: CallRules): number | undefined =>
  call.aloneSinceMs === undefined ? undefined : call.aloneSinceMs + rules.idleMs;

/** The next moment at which the call must be looked at; undefined once it is over. */
export function deadlineOf(call: CallFacts, rules: CallRules): number | undefined {
  if (call.state === 'ended') return undefined;
  const endsAt = endsAtMs(call, rules);
  const moments = [
    ringsUntilMs(call, rules),
    endsAt,
    endsAt === undefined || call.warned ? undefined : endsAt - limits.callExpiringMs,
    idleUntilMs(call, rules),
    ...joined(call).flatMap(({ leg }) => [owesUntilMs(leg), keptUntilMs(leg)]),
  ].filter((moment) => moment !== undefined);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

const isPast = (moment: number | undefined, nowMs: number): boolean =>
  moment !== undefined && moment <= nowMs;

/** Does everything that is due. */
export function passTime(call: CallFacts, rules: CallRules, nowMs: number): Outcome {
  if (call.state === 'ended') return { call };
  const legsEnded: LegEnded[] = [];
  let next = stopRinging(call, rules, nowMs);
  for (const { userId, leg } of joined(call)) {
    const gone = isPast(keptUntilMs(leg), nowMs);
    if (!gone && !isPast(owesUntilMs(leg), nowMs)) continue;
    const present = joined(next).find((one) => one.userId === userId);
    if (present === undefined) continue;
    const departure = gone || leg.flow === 'broken' ? 'lost' : 'unconnected';
    const out = depart(next, present, 'lost', nowMs, departure);
    next = out.call;
    legsEnded.push(...(out.legsEnded ?? []));
  }
  if (isPast(endsAtMs(next, rules), nowMs)) next = applyEvent(next, 'tooLong', nowMs);
  if (isPast(idleUntilMs(next, rules), nowMs)) next = applyEvent(next, 'idle', nowMs);
  return { ...warn(next, rules, nowMs), legsEnded };
}

function stopRinging(call: CallFacts, rules: CallRules, nowMs: number): CallFacts {
  if (!isPast(ringsUntilMs(call, rules), nowMs)) return call;
  const participants = call.participants.map((participant) =>
    participant.state === 'ringing'
      ? { ...participant, state: 'missed' as const, leftMs: nowMs }
      : participant,
  );
  return settle({ ...call, participants }, nowMs);
}

function warn(call: CallFacts, rules: CallRules, nowMs: number): Outcome {
  const endsAt = endsAtMs(call, rules);
  if (call.state === 'ended' || call.warned || endsAt === undefined) return { call };
  if (!isPast(endsAt - limits.callExpiringMs, nowMs)) return { call };
  return { call: { ...call, warned: true }, expiring: true };
}
