import { type Static, type TSchema, Type } from 'typebox';
import { Call } from './entities/call.ts';
import { Conversation } from './entities/conversation.ts';
import { Member, Role } from './entities/member.ts';
import { Message } from './entities/message.ts';
import { Presence, PresenceDetail } from './entities/presence.ts';
import { Candidates, Description } from './entities/signal.ts';
import { Counter, Cursor, closed, Timestamp, Uuid } from './schemas.ts';

/**
 * `durable`: a row of the conversation's log, numbered by `pos`, replayed on resume.
 * `personal`: a row of the user's log, replayed on resume, without `pos`.
 * `state`: the newest value counts; resume sends it again where it changed.
 * `signal`: from one device to another, numbered; `call.resume` fetches what was missed.
 * `ephemeral`: may be dropped under load and is never replayed.
 * `control`: about this socket alone.
 */
export type EventClass = 'durable' | 'personal' | 'state' | 'signal' | 'ephemeral' | 'control';

const event = <Data extends TSchema>(kind: EventClass, summary: string, data: Data) => ({
  kind,
  summary,
  data,
});

const Reaction = closed({
  messageId: Uuid('The message'),
  seq: Counter('Number of the message'),
  userId: Uuid('Who reacted'),
  emoji: Type.String(),
});

const Typing = closed({ userId: Uuid('Who is typing') });

export const events = {
  'message.created': event('durable', 'A message was sent', Message),
  'message.edited': event('durable', 'A message has a new text', Message),
  'message.deleted': event('durable', 'A message lost its content for all', Message),
  'reaction.added': event('durable', 'Somebody reacted to a message', Reaction),
  'reaction.removed': event('durable', 'Somebody took a reaction back', Reaction),
  'member.added': event(
    'durable',
    'Somebody joined',
    closed({
      member: Member,
      addedBy: Uuid('Who added the member'),
      memberCount: Counter('Members now'),
    }),
  ),
  'member.removed': event(
    'durable',
    'Somebody left or was removed; also sent to that user, without pos, as the last word',
    closed({
      userId: Uuid('Who is no longer a member'),
      removedBy: Uuid('Who did it; the same user when leaving'),
      memberCount: Counter('Members now'),
    }),
  ),
  'member.roleChanged': event(
    'durable',
    'A member has another role',
    closed({ userId: Uuid('The member'), role: Role, changedBy: Uuid('Who changed it') }),
  ),
  'conversation.updated': event(
    'durable',
    'Title or picture changed; null where it was taken away',
    closed({
      title: Type.Union([Type.String(), Type.Null()]),
      avatarUrl: Type.Union([Type.String(), Type.Null()]),
      updatedBy: Uuid('Who changed it'),
    }),
  ),
  'conversation.created': event(
    'personal',
    'A conversation appeared in the user’s inbox: created, or the user was added to it',
    Conversation,
  ),
  'receipt.updated': event(
    'state',
    'Markers of a member moved; they never move back',
    closed({
      userId: Uuid('Whose markers'),
      lastReadSeq: Counter('Newest message read'),
      lastDeliveredSeq: Counter('Newest message delivered'),
    }),
  ),
  'conversation.snapshot': event(
    'state',
    'Sent on resume in place of a long replay: forget what is known of the conversation',
    closed({
      conversation: Conversation,
      messages: Type.Array(Message, { description: 'The newest page, ascending by seq' }),
    }),
  ),
  'call.ringing': event('state', 'Somebody calls: ring until ringsUntil', Call),
  'call.updated': event('state', 'A live call changed: who takes part, and how', Call),
  'call.legEnded': event(
    'state',
    'A device is out of the call, or stops ringing for it',
    closed({
      callId: Uuid('The call'),
      userId: Uuid('Whose device'),
      legId: Type.Optional(Uuid('The leg; absent for devices that only rang')),
      reason: Type.Union(
        [
          Type.Literal('answeredElsewhere'),
          Type.Literal('declined'),
          Type.Literal('left'),
          Type.Literal('replaced'),
          Type.Literal('lost'),
          Type.Literal('removed'),
        ],
        { description: 'replaced: by a later leg of the same user; lost: the grace is over' },
      ),
    }),
  ),
  'call.signal': event(
    'signal',
    'A description or candidates from another leg, for the leg of this device',
    closed({
      callId: Uuid('The call'),
      fromUserId: Uuid('Who sent it: from the token, not from the sender'),
      fromLegId: Uuid('The sending leg'),
      toLegId: Uuid('The leg of this device'),
      epoch: Counter('That of the sending leg'),
      number: Counter('1, 2, 3 … from this leg: the same number again is the same signal'),
      description: Type.Optional(Description),
      candidates: Type.Optional(Candidates),
    }),
  ),
  'call.expiring': event(
    'state',
    'The call reaches its longest duration soon',
    closed({ callId: Uuid('The call'), endsAt: Timestamp('When it will be ended') }),
  ),
  'call.ended': event('state', 'The call is over for everybody; endReason says why', Call),
  'typing.started': event('ephemeral', 'Somebody is typing; forget after six seconds', Typing),
  'typing.stopped': event('ephemeral', 'Somebody stopped typing', Typing),
  'presence.changed': event(
    'ephemeral',
    'Users that this socket follows came or went; about no conversation. Gathered for two seconds',
    closed({
      detail: PresenceDetail,
      users: Type.Array(Presence, {
        description: 'Empty where only the detail changed; back at exact, subscribe again',
      }),
    }),
  ),
  'session.ready': event(
    'control',
    'First frame of an authenticated socket',
    closed({
      sessionId: Uuid('This socket'),
      userId: Uuid('The user of the token'),
      deviceId: Uuid('The device, as the client named it'),
      epoch: Uuid('Identity of the log; another one makes every position worthless'),
      cursor: Cursor('Where this socket’s live events begin'),
      heartbeatIntervalMs: Counter('Something is heard from the server at least this often'),
      expiresAt: Timestamp('When the token expires'),
      limits: closed({
        messageMaxLength: Counter('Code points of a text'),
        messageEditWindowHours: Counter('How long a message can be edited after it was sent'),
        messageRecallWindowHours: Counter(
          'How long its sender can delete a message for all; who moderates can at any time',
        ),
        maxFrameBytes: Counter('Bytes of a frame'),
        requestsInFlight: Counter('Requests under way at once'),
      }),
    }),
  ),
  'session.cursor': event(
    'control',
    'Heartbeat; everything before the cursor has been sent on this socket or was missed before it. ' +
      'Whoever is about to resume keeps the older cursor until `session.resumed`',
    closed({ cursor: Cursor('Safe to resume from') }),
  ),
  'session.resumed': event(
    'control',
    'The replay is complete; live events follow',
    closed({
      cursor: Cursor('Safe to resume from'),
      replayed: Counter('Events replayed'),
      snapshots: Counter('Conversations sent as a snapshot'),
    }),
  ),
  'session.draining': event(
    'control',
    'Connect again after the delay: the node goes away or holds more than its share; this socket works until then',
    closed({
      cursor: Cursor('Safe to resume from'),
      reconnectAfterMs: Counter('When to connect elsewhere'),
    }),
  ),
  'session.expiring': event(
    'control',
    'The token ends soon: send session.authenticate with a fresh one',
    closed({ expiresAt: Timestamp('When the token ends') }),
  ),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<Name extends EventName> = Static<(typeof events)[Name]['data']>;

/** What an operator may have set otherwise, as every socket is told first. */
export type ServiceLimits = EventPayload<'session.ready'>['limits'];

/** One event as a client receives it, typed by its name. */
export type ServerEvent = {
  [Name in EventName]: {
    readonly event: Name;
    readonly conversationId?: string;
    readonly pos?: number;
    readonly at?: string;
    readonly data: EventPayload<Name>;
  };
}[EventName];
