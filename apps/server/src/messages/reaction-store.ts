import type { Statement, Transaction } from '#db/database.js';
import type { MessageRef } from './message-store.ts';

const countReactions: Statement = {
  name: 'reaction_counts',
  text: `select count(*) filter (where user_id = $3)::integer as own,
      count(distinct emoji)::integer as emoji,
      coalesce(bool_or(emoji = $4), false) as known,
      coalesce(bool_or(emoji = $4 and user_id = $3), false) as present
    from reactions where conversation_id = $1 and message_id = $2`,
};

const insertReaction: Statement = {
  name: 'reaction_insert',
  text: `insert into reactions (conversation_id, message_id, user_id, emoji, created_at)
    values ($1, $2, $3, $4, $5)`,
};

const deleteReaction: Statement = {
  name: 'reaction_delete',
  text: `delete from reactions
    where conversation_id = $1 and message_id = $2 and user_id = $3 and emoji = $4
    returning 1 as one`,
};

export interface ReactionCounts {
  /** Reactions of this user on the message. */
  readonly own: number;
  /** Distinct emoji on the message. */
  readonly emoji: number;
  /** Somebody left this emoji. */
  readonly known: boolean;
  /** This user left this emoji. */
  readonly present: boolean;
}

export interface Reaction {
  readonly userId: string;
  readonly emoji: string;
}

export async function reactionCounts(
  tx: Transaction,
  ref: MessageRef,
  { userId, emoji }: Reaction,
): Promise<ReactionCounts> {
  const values = [ref.conversationId, ref.messageId, userId, emoji];
  const [counts] = await tx.rows<ReactionCounts>(countReactions, values);
  return counts ?? { own: 0, emoji: 0, known: false, present: false };
}

export async function storeReaction(
  tx: Transaction,
  ref: MessageRef,
  { userId, emoji }: Reaction,
  at: Date,
): Promise<void> {
  await tx.rows(insertReaction, [ref.conversationId, ref.messageId, userId, emoji, at]);
}

/** False where there was none. */
export async function removeReaction(
  tx: Transaction,
  ref: MessageRef,
  { userId, emoji }: Reaction,
): Promise<boolean> {
  const values = [ref.conversationId, ref.messageId, userId, emoji];
  return (await tx.rows(deleteReaction, values)).length > 0;
}
