import type { EventPayload, InputOf, OperationByName } from '@nova/protocol';
import { defineHandler } from '#dispatch/handler.js';
import type { HandlerDeps } from './act-on-call.ts';
import { actorOf } from './call-actor.ts';
import { checkSignal } from './check-signal.ts';
import { callNotFound, callOver, legOver, notInCall } from './refusals.ts';
import type { Roster, Rosters } from './rosters.ts';
import type { SignalBuffer } from './signal-buffer.ts';

export interface SignalDeps extends HandlerDeps {
  readonly rosters: Rosters;
  readonly signals: SignalBuffer;
  readonly onSignal: () => void;
}

type Input = InputOf<OperationByName<'call.signal'>>;
type RosterLeg = Roster['legs'][number];

interface Ends {
  readonly conversationId: string;
  readonly from: RosterLeg;
  readonly to: RosterLeg;
}

/**
 * Hands a signal on. Who sends it is read from the session: there is no field to forge. It is
 * written nowhere; the nodes keep it in memory for as long as a lost leg may come back.
 */
export const sendSignal = (deps: SignalDeps) =>
  defineHandler('call.signal', 'signal', async (caller, input) => {
    checkSignal(input);
    const { userId, deviceId } = actorOf(caller, input.deviceId, deps.nodeId);
    const { conversationId, from, to } = await endsOf(deps.rosters, userId, deviceId, input);
    const { callId, description, candidates } = input;
    const place = { callId, fromLegId: from.id, toLegId: to.id };
    const number = input.number ?? deps.signals.nextNumber(place);
    if (deps.signals.has(place, number)) return { number };
    const data: EventPayload<'call.signal'> = {
      callId,
      fromUserId: from.userId,
      fromLegId: from.id,
      toLegId: to.id,
      epoch: from.epoch,
      number,
      ...(description === undefined ? {} : { description }),
      ...(candidates === undefined ? {} : { candidates }),
    };
    const frame = JSON.stringify({ event: 'call.signal', conversationId, data });
    deps.bus.publish([
      { kind: 'signal', ...place, number, userId: to.userId, deviceId: to.deviceId, frame },
    ]);
    deps.onSignal();
    return { number };
  });

async function endsOf(
  rosters: Rosters,
  userId: string,
  deviceId: string,
  input: Input,
): Promise<Ends> {
  const remembered = await rosters.of(input.callId);
  try {
    return findEnds(remembered, userId, deviceId, input);
  } catch (error) {
    // What is remembered may be older than the leg that is asked for.
    if (remembered?.live !== true) throw error;
    return findEnds(await rosters.read(input.callId), userId, deviceId, input);
  }
}

function findEnds(
  roster: Roster | undefined,
  userId: string,
  deviceId: string,
  { toLegId, epoch }: Input,
): Ends {
  if (roster === undefined) throw callNotFound();
  if (!roster.live) throw callOver();
  const from = roster.legs.find((leg) => leg.userId === userId && leg.deviceId === deviceId);
  if (from === undefined) throw notInCall();
  if (epoch !== undefined && epoch !== from.epoch) throw legOver();
  const to = roster.legs.find((leg) => leg.id === toLegId && leg.id !== from.id);
  if (to === undefined) throw callOver('no such leg in the call, or no longer');
  return { conversationId: roster.conversationId, from, to };
}
