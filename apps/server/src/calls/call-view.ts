import type { Call, CallSummary, Leg } from '@nova/protocol';
import type { CallFacts, CallRules, LegFacts } from './call-facts.ts';
import { endsAtMs, ringsUntilMs } from './deadlines.ts';

const time = <Name extends string>(
  name: Name,
  ms: number | undefined,
): { [Key in Name]?: string } =>
  (ms === undefined ? {} : { [name]: new Date(ms).toISOString() }) as { [Key in Name]?: string };

/** The call as everybody may see it: neither devices nor sockets nor nodes. */
export function viewOf(call: CallFacts, rules: CallRules): Call {
  return {
    id: call.id,
    conversationId: call.conversationId,
    kind: call.kind,
    state: call.state,
    createdBy: call.createdBy,
    participants: call.participants.map(({ userId, state, joinedMs, leftMs, leg }) => ({
      userId,
      state,
      ...time('joinedAt', joinedMs),
      ...time('leftAt', leftMs),
      legs: leg === undefined ? [] : [legView(leg)],
    })),
    createdAt: new Date(call.createdMs).toISOString(),
    ...time('ringsUntil', ringsUntilMs(call, rules)),
    ...time('answeredAt', call.answeredMs),
    ...time('startedAt', call.startedMs),
    ...(call.state === 'ended' ? {} : time('endsAt', endsAtMs(call, rules))),
    ...time('endedAt', call.endedMs),
    ...(call.endReason === undefined ? {} : { endReason: call.endReason }),
    version: call.version,
  };
}

/** The same, and which leg is the device's own. */
export function viewFor(call: CallFacts, rules: CallRules, deviceId: string | undefined): Call {
  const leg = call.participants.find((one) => one.leg?.deviceId === deviceId)?.leg;
  const view = viewOf(call, rules);
  return deviceId === undefined || leg === undefined ? view : { ...view, legId: leg.id };
}

function legView({ id, epoch, media, flow, socketLostMs }: LegFacts): Leg {
  const lost = socketLostMs !== undefined || flow === 'broken';
  return { id, epoch, media, state: lost ? 'reconnecting' : flow };
}

/** What the message of a call that is over tells. */
export function summaryOf({ id, kind, endReason, startedMs, endedMs }: CallFacts): CallSummary {
  if (endReason === undefined || endedMs === undefined) throw new Error(`call ${id} is not over`);
  const durationMs = startedMs === undefined ? {} : { durationMs: endedMs - startedMs };
  return { id, kind, endReason, ...durationMs };
}
