import type { ConversationKind, Role } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Statement, Transaction } from '#db/database.js';
import { conversationNotFound } from '../errors.ts';

/** A conversation whose row this transaction holds: nothing in it changes until the commit. */
export interface LockedConversation {
  readonly id: string;
  readonly kind: ConversationKind;
  readonly title: string | null;
  readonly avatarUrl: string | null;
  readonly memberCount: number;
  readonly lastSeq: number;
  readonly lastPos: number;
  /** Time of the newest log row. */
  readonly previousAt: Date;
  /** Time of this change: the database's clock, read after the lock, so it follows `pos`. */
  readonly at: Date;
  readonly actorRole: Role;
  /** All members, or null where there are too many to name. */
  readonly memberIds: readonly string[] | null;
}

/** The same where nobody in particular acts, or somebody who need not be a member. */
export type HeldConversation = Omit<LockedConversation, 'actorRole'> & {
  readonly actorRole: Role | null;
};

type ConversationRow = Omit<LockedConversation, 'at' | 'actorRole' | 'memberIds'>;

const lockRow: Statement = {
  name: 'conversation_lock',
  text: `select id, kind, title, avatar_url as "avatarUrl", member_count as "memberCount",
    last_seq as "lastSeq", last_pos as "lastPos", updated_at as "previousAt"
    from conversations where id = $1 for no key update`,
};

const lockRowIfFree: Statement = {
  name: 'conversation_lock_if_free',
  text: `${lockRow.text} skip locked`,
};

// A statement of its own: joined into the locking one it would see the members as they were
// before the wait for the lock.
const readMembers: Statement = {
  name: 'conversation_lock_members',
  text: `select date_trunc('milliseconds', clock_timestamp()) as at,
    (select role from members where conversation_id = $1 and user_id = $2) as "actorRole",
    case when $3 then array(select user_id from members where conversation_id = $1)
    end as "memberIds"`,
};

/**
 * Locks a conversation for a change by `actorId`. Throws `notFound` where it does not exist or the
 * actor is not a member: the two look the same from outside.
 */
export async function lockConversation(
  tx: Transaction,
  conversationId: string,
  actorId: string,
): Promise<LockedConversation> {
  const held = await holdConversation(tx, conversationId, actorId);
  if (held === undefined || held.actorRole === null) throw conversationNotFound();
  return { ...held, actorRole: held.actorRole };
}

/**
 * Locks a conversation and tells whether the actor is a member; undefined where there is none, and
 * without `wait` where somebody else holds it.
 */
export async function holdConversation(
  tx: Transaction,
  conversationId: string,
  actorId: string | null,
  wait = true,
): Promise<HeldConversation | undefined> {
  const lock = wait ? lockRow : lockRowIfFree;
  const [row] = await tx.rows<ConversationRow>(lock, [conversationId]);
  if (row === undefined) return undefined;
  const small = row.memberCount <= limits.smallConversationMembers;
  const [after] = await tx.rows<{
    at: Date;
    actorRole: Role | null;
    memberIds: string[] | null;
  }>(readMembers, [conversationId, actorId, small]);
  return after === undefined ? undefined : { ...row, ...after };
}
