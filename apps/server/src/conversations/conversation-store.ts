import type { ConversationKind, Role } from '@nova/protocol';
import type { Statement, Transaction } from '#db/database.js';

const readDirect: Statement = {
  name: 'conversation_direct',
  text: `select id from conversations
    where kind = 'direct' and low_user_id = $1 and high_user_id = $2`,
};

const insertConversation: Statement = {
  name: 'conversation_insert',
  text: `insert into conversations (id, kind, low_user_id, high_user_id, title, avatar_url,
      created_by, member_count, sealed_key, master_key_id, created_at, updated_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, at, at
    from date_trunc('milliseconds', clock_timestamp()) as at
    on conflict (low_user_id, high_user_id) where kind = 'direct' do nothing
    returning created_at as at`,
};

const insertFirstMembers: Statement = {
  name: 'conversation_insert_members',
  text: `insert into members (conversation_id, user_id, role, joined_at, joined_pos)
    select $1, user_id, role, $2, 0 from unnest($3::uuid[], $4::text[]) as first (user_id, role)`,
};

const updateLooks: Statement = {
  name: 'conversation_update',
  text: `update conversations set title = $2, avatar_url = $3 where id = $1`,
};

export interface NewConversation {
  readonly id: string;
  readonly kind: ConversationKind;
  /** The two of a direct conversation, the smaller id first. */
  readonly pair?: readonly [low: string, high: string];
  readonly title?: string;
  readonly avatarUrl?: string;
  readonly createdBy: string;
  readonly members: readonly { readonly userId: string; readonly role: Role }[];
  readonly sealedKey: Buffer;
  readonly masterKeyId: string;
}

export async function directConversation(
  tx: Transaction,
  [low, high]: readonly [low: string, high: string],
): Promise<string | undefined> {
  const [row] = await tx.rows<{ id: string }>(readDirect, [low, high]);
  return row?.id;
}

/**
 * Stores a conversation with its first members and returns the time of its creation. Undefined:
 * the pair has one already, which is visible to the next statement.
 */
export async function storeConversation(
  tx: Transaction,
  conversation: NewConversation,
): Promise<Date | undefined> {
  const { id, members } = conversation;
  const [row] = await tx.rows<{ at: Date }>(insertConversation, [
    id,
    conversation.kind,
    conversation.pair?.[0] ?? null,
    conversation.pair?.[1] ?? null,
    conversation.title ?? null,
    conversation.avatarUrl ?? null,
    conversation.createdBy,
    members.length,
    conversation.sealedKey,
    conversation.masterKeyId,
  ]);
  if (row === undefined) return undefined;
  const userIds = members.map((member) => member.userId);
  await tx.rows(insertFirstMembers, [id, row.at, userIds, members.map((member) => member.role)]);
  return row.at;
}

export async function storeLooks(
  tx: Transaction,
  conversationId: string,
  looks: { readonly title: string | null; readonly avatarUrl: string | null },
): Promise<void> {
  await tx.rows(updateLooks, [conversationId, looks.title, looks.avatarUrl]);
}
