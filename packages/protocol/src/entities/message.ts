import { type Static, Type } from 'typebox';
import { Counter, closed, Timestamp, Uuid } from '../schemas.ts';
import { CallSummary } from './call.ts';

export const MessageKind = Type.Union(
  [
    Type.Literal('text'),
    Type.Literal('system'),
    Type.Literal('voice'),
    Type.Literal('attachment'),
    Type.Literal('location'),
    Type.Literal('call'),
  ],
  { description: 'What the message carries' },
);
export type MessageKind = Static<typeof MessageKind>;

export const ReactionCount = closed({
  emoji: Type.String(),
  count: Counter('How many users left it'),
  userIds: Type.Array(Uuid('A user who left it'), {
    description: 'The first of them, at most 20, in the order in which they reacted',
  }),
});
export type ReactionCount = Static<typeof ReactionCount>;

export const Message = closed({
  id: Uuid('Chosen by the sender; also its idempotency key'),
  conversationId: Uuid('Where it was sent'),
  seq: Counter('Its number in the conversation: 1, 2, 3 … without gaps'),
  senderId: Uuid('Who sent it'),
  kind: MessageKind,
  text: Type.Optional(Type.String({ description: 'Absent once deleted' })),
  call: Type.Optional(CallSummary),
  replyTo: Type.Optional(Uuid('The message this one answers')),
  reactions: Type.Optional(Type.Array(ReactionCount)),
  version: Counter('1 as sent, one more with every edit'),
  createdAt: Timestamp('When the server stored it'),
  editedAt: Type.Optional(Timestamp('Last edit')),
  deletedAt: Type.Optional(Timestamp('When it was deleted for all')),
});
export type Message = Static<typeof Message>;

export const MessageVersion = closed({
  version: Counter('1 as sent'),
  text: Type.String(),
  at: Timestamp('When this version was written'),
});
export type MessageVersion = Static<typeof MessageVersion>;
