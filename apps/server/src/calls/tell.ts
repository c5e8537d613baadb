/** What goes on the bus after a change of a call. */
import type { EventName, EventPayload } from '@nova/protocol';
import type { CallRoster, Outgoing, PassingOutgoing } from '#delivery/outgoing.js';
import type { Outcome } from './acts.ts';
import { type CallFacts, type CallRules, joined, participantOf } from './call-facts.ts';
import { viewOf } from './call-view.ts';
import { endsAtMs } from './deadlines.ts';

const frame = <Name extends EventName>(
  event: Name,
  conversationId: string,
  data: EventPayload<Name>,
): string => JSON.stringify({ event, conversationId, data });

const audienceOf = ({ participants }: CallFacts): string[] =>
  participants.filter(({ removed }) => !removed).map(({ userId }) => userId);

/** The call for the nodes: who may send signals to whom. */
export function rosterOf(call: CallFacts): CallRoster {
  const { id: callId, conversationId, version } = call;
  const legs = joined(call).map(({ userId, leg: { id, deviceId, epoch } }) => ({
    ...{ id, userId, deviceId, epoch },
  }));
  return { callId, conversationId, version, live: call.state !== 'ended', legs };
}

export function tidingsOf(
  { call, legsEnded = [], expiring }: Outcome,
  rules: CallRules,
): Outgoing[] {
  const { id: callId, conversationId } = call;
  const everybody = audienceOf(call);
  const state = (words: string, recipients: readonly string[]): PassingOutgoing => ({
    ...{ kind: 'state', conversationId, frame: words, recipients },
  });
  const ended = legsEnded.map(({ exceptDeviceId, ...leg }): PassingOutgoing => {
    const words = frame('call.legEnded', conversationId, { callId, ...leg });
    const own = leg.legId === undefined;
    return {
      ...state(words, own ? [leg.userId] : [...new Set([...everybody, leg.userId])]),
      ...(exceptDeviceId === undefined ? {} : { exceptDeviceId }),
    };
  });
  const event = call.state === 'ended' ? 'call.ended' : 'call.updated';
  const endsAt = endsAtMs(call, rules);
  const soon = expiring === true && endsAt !== undefined ? new Date(endsAt).toISOString() : null;
  return [
    ...ended,
    {
      ...state(frame(event, conversationId, viewOf(call, rules)), everybody),
      roster: rosterOf(call),
    },
    ...(soon === null
      ? []
      : [state(frame('call.expiring', conversationId, { callId, endsAt: soon }), everybody)]),
  ];
}

/** A call as it stands: those it rings for hear it ring, the others that it is there, or over. */
export function standingOf(call: CallFacts, rules: CallRules): Outgoing[] {
  const { conversationId, participants } = call;
  const idsOf = (ringing: boolean): string[] =>
    participants
      .filter(({ state, removed }) => !removed && (state === 'ringing') === ringing)
      .map(({ userId }) => userId);
  const view = viewOf(call, rules);
  const event = call.state === 'ended' ? 'call.ended' : 'call.updated';
  const ringing = idsOf(true);
  const rings: Outgoing = {
    kind: 'state',
    conversationId,
    frame: frame('call.ringing', conversationId, view),
    recipients: ringing,
  };
  return [
    ...(ringing.length === 0 ? [] : [rings]),
    {
      kind: 'state',
      conversationId,
      frame: frame(event, conversationId, view),
      recipients: idsOf(false),
      roster: rosterOf(call),
    },
  ];
}

/** What a user who comes back is shown of a live call. */
export function frameFor(call: CallFacts, rules: CallRules, userId: string): string {
  const rings = participantOf(call, userId)?.state === 'ringing';
  const event = rings ? 'call.ringing' : 'call.updated';
  return frame(event, call.conversationId, viewOf(call, rules));
}
