/**
 * What users, sockets and time do to a call: pure functions from a call to the next one. The very
 * same object comes back where nothing changed. They refuse with the codes of the contract.
 */
import type { EventPayload, MediaState } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { NovaError } from '../errors.ts';
import { applyEvent } from './apply-event.ts';
import {
  type CallFacts,
  joined,
  type LegFacts,
  type ParticipantFacts,
  participantOf,
  type SocketOfLeg,
} from './call-facts.ts';
import { answeredElsewhere, callFull, callOver, legOver, notInCall } from './refusals.ts';
import { type Departure, settle } from './settle.ts';

/** A device that acts; without a socket where the request came over HTTP. */
export interface Actor {
  readonly userId: string;
  readonly deviceId: string;
  readonly socket?: SocketOfLeg;
}

export interface LegEnded {
  readonly userId: string;
  /** Absent for devices that only rang. */
  readonly legId?: string;
  readonly reason: EventPayload<'call.legEnded'>['reason'];
  /** The device that did it and need not be told. */
  readonly exceptDeviceId?: string;
}

/** The call as it is now, and what has to be told besides that. */
export interface Outcome {
  readonly call: CallFacts;
  readonly legsEnded?: readonly LegEnded[];
  readonly expiring?: true;
}

const allOn: MediaState = { microphone: true, camera: true, screen: false, hold: false };

export const mediaOf = (kind: CallFacts['kind']): MediaState => ({
  ...allOn,
  camera: kind === 'video',
});

export function newLeg(call: CallFacts, actor: Actor, id: string, nowMs: number): LegFacts {
  const epoch = (participantOf(call, actor.userId)?.epoch ?? 0) + 1;
  const { deviceId, socket } = actor;
  const place = socket === undefined ? { socketLostMs: nowMs } : { socket };
  return { id, deviceId, epoch, media: mediaOf(call.kind), flow: 'connecting', ...place };
}

/** Joins: the first device of a user wins, unless the one that is in was lost. */
export function join(call: CallFacts, actor: Actor, wanted: string | undefined, nowMs: number) {
  if (call.state === 'ended') throw callOver();
  const present = participantOf(call, actor.userId);
  const old = present?.leg;
  if (old !== undefined && old.deviceId === actor.deviceId && (wanted ?? old.id) === old.id) {
    return resume(call, actor, old.id, nowMs);
  }
  if (old !== undefined && old.deviceId !== actor.deviceId && !isLost(old)) {
    throw answeredElsewhere();
  }
  if (old === undefined && joined(call).length >= limits.callParticipants) throw callFull();
  const id = wanted ?? crypto.randomUUID();
  if (joined(call).some(({ leg }) => leg.id === id)) {
    throw new NovaError('idConflict', 'legId: expected an id of no leg of the call');
  }
  const leg = newLeg(call, actor, id, nowMs);
  const joining: ParticipantFacts = {
    userId: actor.userId,
    state: 'joined',
    epoch: leg.epoch,
    joinedMs: present?.joinedMs ?? nowMs,
    leg,
  };
  const { userId, deviceId } = actor;
  const next = settle(withParticipant(call, joining), nowMs);
  if (old !== undefined) {
    return { call: next, legsEnded: [{ userId, legId: old.id, reason: 'replaced' as const }] };
  }
  const stopped = { userId, reason: 'answeredElsewhere' as const, exceptDeviceId: deviceId };
  return present?.state === 'ringing' ? { call: next, legsEnded: [stopped] } : { call: next };
}

const isLost = (leg: LegFacts): boolean => leg.socketLostMs !== undefined || leg.flow === 'broken';

/** Binds the leg to the socket that asks. */
export function resume(call: CallFacts, actor: Actor, legId: string, nowMs: number): Outcome {
  if (call.state === 'ended') throw callOver();
  const leg = participantOf(call, actor.userId)?.leg;
  if (leg?.id !== legId || leg.deviceId !== actor.deviceId) throw legOver();
  const { socket: old, socketLostMs, ...rest } = leg;
  const { socket } = actor;
  if (socket === undefined) {
    return old === undefined
      ? { call: withLeg(call, actor.userId, { ...rest, socketLostMs: nowMs }) }
      : { call };
  }
  const same = socketLostMs === undefined && old?.sessionId === socket.sessionId;
  return { call: same ? call : withLeg(call, actor.userId, { ...rest, socket }) };
}

export function decline(call: CallFacts, actor: Actor, nowMs: number): Outcome {
  const present = participantOf(call, actor.userId);
  if (call.state === 'ended' || present === undefined) return { call };
  if (present.leg !== undefined) {
    if (present.leg.deviceId !== actor.deviceId) throw answeredElsewhere();
    return leave(call, actor, nowMs);
  }
  if (present.state !== 'ringing') return { call };
  const { userId, deviceId } = actor;
  const declined = withParticipant(call, { ...present, state: 'declined', leftMs: nowMs });
  return {
    call: settle(declined, nowMs),
    legsEnded: [{ userId, reason: 'declined', exceptDeviceId: deviceId }],
  };
}

export function cancel(call: CallFacts, actor: Actor, nowMs: number): Outcome {
  if (call.createdBy !== actor.userId) {
    throw new NovaError('forbidden', 'only who started the call can take it back');
  }
  if (call.state === 'ringing') return { call: applyEvent(call, 'cancelled', nowMs) };
  return leave(call, actor, nowMs);
}

export function leave(call: CallFacts, actor: Actor, nowMs: number): Outcome {
  const present = participantOf(call, actor.userId);
  if (call.state === 'ended' || present === undefined) return { call };
  if (present.leg === undefined) return decline(call, actor, nowMs);
  if (present.leg.deviceId !== actor.deviceId) throw answeredElsewhere();
  return depart(call, present, 'left', nowMs);
}

export function end(call: CallFacts, actor: Actor, mayEnd: boolean, nowMs: number): Outcome {
  if (call.state === 'ended') return { call };
  const present = participantOf(call, actor.userId);
  if (call.direct && present?.state === 'ringing') return decline(call, actor, nowMs);
  if (call.direct) return { call: applyEvent(call, 'cancelled', nowMs) };
  if (call.createdBy !== actor.userId && !mayEnd) {
    throw new NovaError('forbidden', 'only who started the call, an owner or an admin can end it');
  }
  return { call: applyEvent(call, 'hostEnded', nowMs) };
}

/** Whoever is no longer a member of the conversation is out of its call. */
export function remove(call: CallFacts, userId: string, nowMs: number): Outcome {
  const present = participantOf(call, userId);
  if (call.state === 'ended' || present === undefined || present.removed) return { call };
  const gone = { ...present, removed: true as const };
  if (present.leg !== undefined) return depart(call, gone, 'removed', nowMs);
  if (present.state !== 'ringing') return { call: withParticipant(call, gone) };
  return {
    call: settle(withParticipant(call, { ...gone, state: 'missed', leftMs: nowMs }), nowMs),
    legsEnded: [{ userId, reason: 'removed' }],
  };
}

export function setMedia(call: CallFacts, actor: Actor, media: Partial<MediaState>): Outcome {
  const leg = legOf(call, actor);
  const next = { ...leg.media, ...media };
  const same = (Object.keys(next) as (keyof MediaState)[]).every((k) => next[k] === leg.media[k]);
  return { call: same ? call : withLeg(call, actor.userId, { ...leg, media: next }) };
}

export function setFlow(
  call: CallFacts,
  actor: Actor,
  flow: 'connected' | 'broken',
  nowMs: number,
): Outcome {
  const leg = legOf(call, actor);
  const moot = leg.flow === flow || (flow === 'broken' && leg.flow === 'connecting');
  if (moot || joined(call).length < 2) return { call };
  return { call: settle(withLeg(call, actor.userId, { ...leg, flow }), nowMs) };
}

/** The leg's socket is gone: its place is kept for a while. */
export function detach(call: CallFacts, lost: (leg: LegFacts) => number | undefined): Outcome {
  let next = call;
  for (const { userId, leg } of joined(call)) {
    const socketLostMs = leg.socket === undefined ? undefined : lost(leg);
    if (socketLostMs === undefined) continue;
    const { socket: _, ...rest } = leg;
    next = withLeg(next, userId, { ...rest, socketLostMs });
  }
  return { call: next };
}

/** The leg's socket is gone, and its user may not come back with it. */
export function expel(call: CallFacts, sessionId: string, nowMs: number): Outcome {
  const present = joined(call).find(({ leg }) => leg.socket?.sessionId === sessionId);
  if (call.state === 'ended' || present === undefined) return { call };
  return depart(call, present, 'left', nowMs);
}

const departures = { left: 'abandoned', removed: 'abandoned', lost: 'lost' } as const;

/** Takes somebody's leg out of the call. */
export function depart(
  call: CallFacts,
  { leg, ...present }: ParticipantFacts,
  reason: 'left' | 'removed' | 'lost',
  nowMs: number,
  departure: Departure = departures[reason],
): Outcome {
  const { userId } = present;
  const state = reason === 'lost' ? 'lost' : 'left';
  const without = withParticipant(call, { ...present, state, leftMs: nowMs });
  const told = leg === undefined ? [] : [{ userId, legId: leg.id, reason }];
  return { call: settle(without, nowMs, departure), legsEnded: told };
}

function legOf(call: CallFacts, actor: Actor): LegFacts {
  if (call.state === 'ended') throw callOver();
  const leg = participantOf(call, actor.userId)?.leg;
  if (leg?.deviceId !== actor.deviceId) throw notInCall();
  return leg;
}

function withParticipant(call: CallFacts, changed: ParticipantFacts): CallFacts {
  const others = call.participants.filter(({ userId }) => userId !== changed.userId);
  if (others.length === call.participants.length) {
    return { ...call, participants: [...others, changed] };
  }
  const participants = call.participants.map((one) =>
    one.userId === changed.userId ? changed : one,
  );
  return { ...call, participants };
}

function withLeg(call: CallFacts, userId: string, leg: LegFacts): CallFacts {
  const present = participantOf(call, userId);
  return present === undefined ? call : withParticipant(call, { ...present, leg });
}
