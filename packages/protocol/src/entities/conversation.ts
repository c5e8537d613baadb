import { type Static, Type } from 'typebox';
import { Counter, closed, Timestamp, Uuid } from '../schemas.ts';
import { Member, Role } from './member.ts';
import { Message } from './message.ts';

export const ConversationKind = Type.Union([Type.Literal('direct'), Type.Literal('group')]);
export type ConversationKind = Static<typeof ConversationKind>;

/** A conversation as one member sees it: role, markers and unread are the viewer's. */
export const Conversation = closed({
  id: Uuid('The conversation'),
  kind: ConversationKind,
  title: Type.Optional(Type.String()),
  avatarUrl: Type.Optional(Type.String()),
  members: Type.Optional(
    Type.Array(Member, { description: 'All members, while the conversation is small (64)' }),
  ),
  memberCount: Counter('Members'),
  lastSeq: Counter('Number of the newest message'),
  lastPos: Counter('Number of the newest change: events up to it are contained in this object'),
  lastReadSeq: Counter('Newest message the viewer has read'),
  unreadCount: Counter('Messages past lastReadSeq that were not deleted'),
  mentionCount: Counter('Unread messages that mention the viewer'),
  lastMessage: Type.Optional(Message),
  mutedUntil: Type.Optional(Timestamp('No notifications until then')),
  pinnedAt: Type.Optional(Timestamp('When the viewer pinned it')),
  archivedAt: Type.Optional(Timestamp('When the viewer archived it')),
  role: Role,
  createdAt: Timestamp('Creation'),
  updatedAt: Timestamp('Last message or change; the order of the inbox'),
});
export type Conversation = Static<typeof Conversation>;
