import type { Conversation, Member, Message } from '@nova/protocol';
import type { MemberRow, SharedRow, ViewerRow } from './view-store.ts';

export function toMember(row: MemberRow): Member {
  return {
    userId: row.userId,
    ...(row.name === null ? {} : { name: row.name }),
    role: row.role,
    joinedAt: row.joinedAt.toISOString(),
    ...(row.lastReadSeq === null ? {} : { lastReadSeq: row.lastReadSeq }),
    ...(row.lastDeliveredSeq === null ? {} : { lastDeliveredSeq: row.lastDeliveredSeq }),
  };
}

export function toConversation(
  shared: SharedRow,
  viewer: ViewerRow,
  members: Member[] | undefined,
  lastMessage: Message | undefined,
): Conversation {
  return {
    id: shared.viewId,
    kind: shared.conversationKind,
    ...(shared.title === null ? {} : { title: shared.title }),
    ...(shared.avatarUrl === null ? {} : { avatarUrl: shared.avatarUrl }),
    ...(members === undefined ? {} : { members }),
    memberCount: shared.memberCount,
    lastSeq: shared.lastSeq,
    lastPos: shared.lastPos,
    lastReadSeq: viewer.lastReadSeq,
    unreadCount: viewer.unreadCount,
    mentionCount: 0,
    ...(lastMessage === undefined ? {} : { lastMessage }),
    ...(viewer.mutedUntil === null ? {} : { mutedUntil: viewer.mutedUntil.toISOString() }),
    ...(viewer.pinnedAt === null ? {} : { pinnedAt: viewer.pinnedAt.toISOString() }),
    ...(viewer.archivedAt === null ? {} : { archivedAt: viewer.archivedAt.toISOString() }),
    role: viewer.role,
    createdAt: shared.conversationCreatedAt.toISOString(),
    updatedAt: shared.updatedAt.toISOString(),
  };
}
