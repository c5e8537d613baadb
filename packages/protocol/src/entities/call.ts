import { type Static, Type } from 'typebox';
import { Counter, closed, Timestamp, Uuid } from '../schemas.ts';

const one = Type.Literal;

export const CallKind = Type.Union([one('audio'), one('video')], {
  description: 'What the call began with; either may be added',
});
export type CallKind = Static<typeof CallKind>;

export const CallState = Type.Union(
  [one('ringing'), one('connecting'), one('active'), one('reconnecting'), one('ended')],
  { description: 'connecting: answered, no media yet; active: media flows between two at least' },
);
export type CallState = Static<typeof CallState>;

export const CallEndReason = Type.Union(
  [
    one('hungUp'),
    one('hostEnded'),
    one('declined'),
    one('missed'),
    one('cancelled'),
    one('busy'),
    one('failed'),
    one('connectionLost'),
    one('maxDuration'),
    one('idle'),
  ],
  {
    description:
      'hungUp: somebody left and nobody was left to talk to; failed: answered, but no media in time; connectionLost: nobody came back in time; idle: one user alone for too long',
  },
);
export type CallEndReason = Static<typeof CallEndReason>;

export const ParticipantState = Type.Union(
  [
    one('ringing'),
    one('joined'),
    one('declined'),
    one('missed'),
    one('busy'),
    one('left'),
    one('lost'),
  ],
  { description: 'lost: did not come back in time' },
);
export type ParticipantState = Static<typeof ParticipantState>;

export const LegState = Type.Union([one('connecting'), one('connected'), one('reconnecting')], {
  description: 'reconnecting: its socket or its media is gone; forgotten after the grace',
});
export type LegState = Static<typeof LegState>;

export const MediaState = closed({
  microphone: Type.Boolean({ description: 'Heard' }),
  camera: Type.Boolean({ description: 'Seen' }),
  screen: Type.Boolean({ description: 'Shares a screen' }),
  hold: Type.Boolean({ description: 'Put the others on hold' }),
});
export type MediaState = Static<typeof MediaState>;

/** One device in a call. Signals are addressed to legs. */
export const Leg = closed({
  id: Uuid('The leg; another one after every time the user joins'),
  epoch: Counter('1 for the user’s first leg in this call, one more for each later one'),
  state: LegState,
  media: MediaState,
});
export type Leg = Static<typeof Leg>;

export const CallParticipant = closed({
  userId: Uuid('The user'),
  state: ParticipantState,
  joinedAt: Type.Optional(Timestamp('When the user first joined')),
  leftAt: Type.Optional(Timestamp('When the user left, declined or was given up')),
  legs: Type.Array(Leg, { description: 'The legs that are there now: at most one', maxItems: 1 }),
});
export type CallParticipant = Static<typeof CallParticipant>;

export const Call = closed({
  id: Uuid('The call'),
  conversationId: Uuid('Whose members it rings'),
  kind: CallKind,
  state: CallState,
  createdBy: Uuid('Who started it; may end it for all'),
  participants: Type.Array(CallParticipant, { description: 'Who was rung or joined' }),
  createdAt: Timestamp('When it began to ring'),
  ringsUntil: Type.Optional(Timestamp('When it stops ringing for those it still rings for')),
  answeredAt: Type.Optional(Timestamp('When the first callee joined')),
  startedAt: Type.Optional(Timestamp('When media first flowed; durations count from here')),
  endsAt: Type.Optional(Timestamp('When it will be ended for its length')),
  endedAt: Type.Optional(Timestamp('Its end')),
  endReason: Type.Optional(CallEndReason),
  version: Counter('One more with every change: of two the larger one is newer'),
  legId: Type.Optional(Uuid('In replies: the leg of the device that asked')),
});
export type Call = Static<typeof Call>;

/** What a message of the kind `call` tells of a call that is over. */
export const CallSummary = closed({
  id: Uuid('The call'),
  kind: CallKind,
  endReason: CallEndReason,
  durationMs: Type.Optional(Counter('From the first media to the end; absent if none flowed')),
});
export type CallSummary = Static<typeof CallSummary>;
