import type { Message, ReactionCount } from '@nova/protocol';
import { messageKindName } from './message-kinds.ts';

/** How many of those who left a reaction are named in a message. */
export const namedReactors = 20;

export interface MessageRow {
  readonly conversationId: string;
  readonly id: string;
  readonly seq: number;
  readonly senderId: string;
  readonly kind: number;
  readonly body: Buffer | null;
  readonly replyTo: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly reactions: ReactionCount[] | null;
}

/** Reactions of the message `m`, in the same snapshot: counts that events can be added to. */
const reactionsOfMessage = `(
    select jsonb_agg(jsonb_build_object('emoji', emoji, 'count', count, 'userIds', user_ids)
      order by first_at, emoji)
    from (
      select emoji, count(*) as count, min(created_at) as first_at,
        (array_agg(user_id order by created_at, user_id))[1:${namedReactors}] as user_ids
      from reactions r where r.conversation_id = m.conversation_id and r.message_id = m.id
      group by emoji
    ) as by_emoji
  )`;

/** The columns of a `MessageRow`, from the table `messages` under the name `m`. */
export const messageColumns = `m.conversation_id as "conversationId", m.id, m.seq,
  m.sender_id as "senderId", m.kind, m.body, m.reply_to as "replyTo", m.version,
  m.created_at as "createdAt", m.edited_at as "editedAt", m.deleted_at as "deletedAt",
  ${reactionsOfMessage} as reactions`;

export function toMessage(row: MessageRow, text: string | undefined): Message {
  const kind = messageKindName(row.kind);
  return {
    id: row.id,
    conversationId: row.conversationId,
    seq: row.seq,
    senderId: row.senderId,
    kind,
    ...(text === undefined ? {} : kind === 'call' ? { call: JSON.parse(text) } : { text }),
    ...(row.replyTo === null ? {} : { replyTo: row.replyTo }),
    ...(row.reactions === null ? {} : { reactions: row.reactions }),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    ...(row.editedAt === null ? {} : { editedAt: row.editedAt.toISOString() }),
    ...(row.deletedAt === null ? {} : { deletedAt: row.deletedAt.toISOString() }),
  };
}
