import type { Role } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Queryable, Statement, Transaction } from '#db/database.js';
import type { LockedConversation } from '#log/locked-conversation.js';
import { conversationNotFound } from '../errors.ts';
import { type MemberRow, memberColumns } from './view-store.ts';

const readMembers: Statement = {
  name: 'members_by_id',
  text: `select ${memberColumns}
    from conversations c join members m on m.conversation_id = c.id
    left join users u on u.id = m.user_id
    where c.id = $1 and m.user_id = any($2::uuid[])`,
};

const readPage: Statement = {
  name: 'members_page',
  text: `select page.* from members viewer
    left join lateral (
      select ${memberColumns}
      from conversations c join members m on m.conversation_id = c.id
      left join users u on u.id = m.user_id
      where c.id = viewer.conversation_id and m.user_id > $3
      order by m.user_id limit $4
    ) as page on true
    where viewer.conversation_id = $1 and viewer.user_id = $2`,
};

// Who joins has nothing unread: the markers begin at what was sent before.
const insertMembers: Statement = {
  name: 'members_insert',
  text: `insert into members (conversation_id, user_id, role, joined_at, joined_pos,
      last_read_seq, last_delivered_seq)
    select $1, user_id, 'member', $3, $4 + place, $5, $5
    from unnest($2::uuid[]) with ordinality as joining (user_id, place)`,
};

const deleteMember: Statement = {
  name: 'members_delete',
  text: `delete from members where conversation_id = $1 and user_id = $2`,
};

const setCount: Statement = {
  name: 'members_set_count',
  text: `update conversations set member_count = $2 where id = $1`,
};

const setRole: Statement = {
  name: 'members_set_role',
  text: `update members set role = $3 where conversation_id = $1 and user_id = $2`,
};

const readSuccessor: Statement = {
  name: 'members_successor',
  text: `select user_id as "userId" from members where conversation_id = $1
    order by array_position(array['owner', 'admin', 'moderator', 'member'], role),
      joined_at, user_id
    limit 1`,
};

const readIds: Statement = {
  name: 'members_ids',
  text: `select user_id as "userId" from members where conversation_id = $1`,
};

export const memberRows = (
  tx: Transaction,
  conversationId: string,
  userIds: readonly string[],
): Promise<MemberRow[]> => tx.rows<MemberRow>(readMembers, [conversationId, userIds]);

const lowestId = '00000000-0000-0000-0000-000000000000';

/** Members by user id, past the given one; throws `notFound` where the viewer is not a member. */
export async function memberPage(
  db: Queryable,
  viewerId: string,
  conversationId: string,
  query: { readonly pastUserId: string | undefined; readonly limit: number },
): Promise<MemberRow[]> {
  const values = [conversationId, viewerId, query.pastUserId ?? lowestId, query.limit];
  const rows = await db.rows<MemberRow | { userId: null }>(readPage, values);
  if (rows.length === 0) throw conversationNotFound();
  return rows.filter((row): row is MemberRow => row.userId !== null);
}

/** Each new member joins at the position of its own `member.added` entry, in the given order. */
export async function storeMembers(
  tx: Transaction,
  { id, lastPos, lastSeq, memberCount, at }: LockedConversation,
  userIds: readonly string[],
): Promise<void> {
  await tx.rows(insertMembers, [id, userIds, at, lastPos, lastSeq]);
  await tx.rows(setCount, [id, memberCount + userIds.length]);
}

export async function storeDeparture(
  tx: Transaction,
  { id, memberCount }: LockedConversation,
  userId: string,
): Promise<void> {
  await tx.rows(deleteMember, [id, userId]);
  await tx.rows(setCount, [id, memberCount - 1]);
}

export async function storeRole(
  tx: Transaction,
  conversationId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await tx.rows(setRole, [conversationId, userId, role]);
}

/** The highest role, and among equals the earliest joined. */
export async function successor(
  tx: Transaction,
  conversationId: string,
): Promise<string | undefined> {
  const [row] = await tx.rows<{ userId: string }>(readSuccessor, [conversationId]);
  return row?.userId;
}

/** Who hears of a change that has been stored: the members after it, null for too many to name. */
export async function recipientsAfter(
  tx: Transaction,
  conversationId: string,
  memberCount: number,
): Promise<string[] | null> {
  if (memberCount > limits.smallConversationMembers) return null;
  const rows = await tx.rows<{ userId: string }>(readIds, [conversationId]);
  return rows.map((row) => row.userId);
}
