import type { Queryable, Statement, Transaction } from '#db/database.js';
import { NovaError } from '../errors.ts';

/**
 * In SQL: whether two columns name people of whom one blocked the other. `offset 0`: a look-up by
 * key, of which the planner must not make a hash of all blocks. Nobody blocks himself.
 */
const blockedPair = (one: string, other: string): string =>
  `exists (select from blocks b where b.blocker_id in (${one}, ${other})
      and b.blocked_id in (${one}, ${other}) and not b.lifted offset 0)`;

/**
 * Whether a conversation is a direct one of two of whom one blocked the other; `c` is its row. Not
 * asked by its kind: on a young table the planner would read all of the index of direct pairs
 * rather than look the row up.
 */
export const blockedDirect = `(c.low_user_id is not null
    and ${blockedPair('c.low_user_id', 'c.high_user_id')})`;

/** Which of these conversations are direct ones between people of whom one blocked the other. */
export const readBlocked: Statement = {
  name: 'blocks_conversations',
  text: `select c.id from conversations c where c.id = any($1::uuid[]) and ${blockedDirect}`,
};

const readAny: Statement = {
  name: 'blocks_any',
  text: `select exists (select from unnest($2::uuid[]) as others (id)
    where ${blockedPair('$1::uuid', 'others.id')}) as blocked`,
};

// Who is writing finishes first: after the commit of a block nothing more is written.
const lockPair: Statement = {
  name: 'blocks_lock',
  text: `select id from conversations where kind = 'direct'
    and low_user_id = least($1::uuid, $2::uuid) and high_user_id = greatest($1::uuid, $2::uuid)
    for no key update`,
};

const upsert: Statement = {
  name: 'blocks_set',
  text: `insert into blocks (blocker_id, blocked_id, at, lifted) values ($1, $2, $3, $4)
    on conflict (blocker_id, blocked_id) do update set at = excluded.at, lifted = excluded.lifted
    where blocks.at <= excluded.at`,
};

const blocked = (): NovaError => new NovaError('blocked', 'one of the two blocked the other');

export interface Block {
  readonly blockerId: string;
  readonly blockedId: string;
  readonly at: Date;
  readonly lifted: boolean;
}

export async function storeBlock(tx: Transaction, block: Block): Promise<void> {
  const { blockerId, blockedId, at, lifted } = block;
  await tx.rows(lockPair, [blockerId, blockedId]);
  await tx.rows(upsert, [blockerId, blockedId, at, lifted]);
}

/** Throws `blocked` where a user and one of some others are two of whom one blocked the other. */
export async function refuseBlockedUsers(
  db: Queryable,
  userId: string,
  otherIds: readonly string[],
): Promise<void> {
  const [row] = await db.rows<{ blocked: boolean }>(readAny, [userId, otherIds]);
  if (row?.blocked === true) throw blocked();
}

/** Throws `blocked` in a direct conversation of two of whom one blocked the other; after its lock. */
export async function refuseBlocked(tx: Transaction, conversationId: string): Promise<void> {
  if ((await tx.rows(readBlocked, [[conversationId]])).length > 0) throw blocked();
}

export { blocked as blockedError };
