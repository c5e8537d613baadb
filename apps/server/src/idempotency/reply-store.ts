import type { Queryable, Statement, Transaction } from '#db/database.js';
import type { Pipeline } from '#db/pipeline-connection.js';

export interface ReplyRow {
  readonly operation: string;
  readonly requestHash: Buffer;
  readonly reply: Buffer;
}

// An advisory lock rather than a row inserted first: it gives the transaction no id of its own yet.
// One taken before the conversation's lock would put the log's rows, which are read in the order
// of transaction ids, in another order than their `pos`.
const lockKey: Statement = {
  name: 'idempotency_lock',
  text: `select pg_advisory_xact_lock(hashtextextended($1::text || '/' || $2::text, 7240961))`,
};

const readReply: Statement = {
  name: 'idempotency_read',
  text: `select operation, request_hash as "requestHash", reply
    from idempotency_keys where user_id = $1 and key = $2
      and created_at > now() - make_interval(hours => $3)`,
};

const insertReply: Statement = {
  name: 'idempotency_insert',
  text: `insert into idempotency_keys (user_id, key, operation, request_hash, reply)
    values ($1, $2, $3, $4, $5)
    on conflict (user_id, key) do update set operation = excluded.operation,
      request_hash = excluded.request_hash, reply = excluded.reply, created_at = now()`,
};

const lockKeys: Statement = {
  name: 'idempotency_lock_all',
  text: `select pg_advisory_xact_lock(hashtextextended(user_id || '/' || key, 7240961))
    from unnest($1::text[], $2::text[]) as asked (user_id, key)`,
};

const readReplies: Statement = {
  name: 'idempotency_read_all',
  text: `select user_id as "userId", key, operation, request_hash as "requestHash", reply
    from idempotency_keys join unnest($1::uuid[], $2::text[]) as asked (user_id, key)
      using (user_id, key)
    where created_at > now() - make_interval(hours => $3)`,
};

const insertReplies: Statement = {
  name: 'idempotency_insert_all',
  text: `insert into idempotency_keys (user_id, key, operation, request_hash, reply)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[])
    on conflict (user_id, key) do update set operation = excluded.operation,
      request_hash = excluded.request_hash, reply = excluded.reply, created_at = now()`,
};

const deleteExpired: Statement = {
  name: 'idempotency_expire',
  text: `delete from idempotency_keys where ctid = any(array(
      select ctid from idempotency_keys
      where created_at <= now() - make_interval(hours => $1)
      order by created_at limit $2 for update skip locked))
    returning 1 as one`,
};

/** Waits for a transaction with the same key to end, then reads what it left. */
export async function lockAndReadReply(
  tx: Transaction,
  userId: string,
  key: string,
  maxAgeHours: number,
): Promise<ReplyRow | undefined> {
  await tx.rows(lockKey, [userId, key]);
  const [row] = await tx.rows<ReplyRow>(readReply, [userId, key, maxAgeHours]);
  return row;
}

export interface ReplyKey {
  readonly userId: string;
  readonly key: string;
}

/** The same for several, in one round trip; who locks several gives them in one order. */
export async function lockAndReadReplies(
  pipeline: Pipeline,
  keys: readonly ReplyKey[],
  maxAgeHours: number,
): Promise<(ReplyRow & ReplyKey)[]> {
  const values = [keys.map(({ userId }) => userId), keys.map(({ key }) => key)];
  const [, rows] = await Promise.all([
    pipeline.rows(lockKeys, values),
    pipeline.rows<ReplyRow & ReplyKey>(readReplies, [...values, maxAgeHours]),
  ]);
  return rows;
}

export async function storeReplies(
  pipeline: Pipeline,
  rows: readonly (ReplyRow & ReplyKey)[],
): Promise<void> {
  await pipeline.rows(insertReplies, [
    rows.map(({ userId }) => userId),
    rows.map(({ key }) => key),
    rows.map(({ operation }) => operation),
    rows.map(({ requestHash }) => requestHash),
    rows.map(({ reply }) => reply),
  ]);
}

export async function storeReply(
  tx: Transaction,
  userId: string,
  key: string,
  row: ReplyRow,
): Promise<void> {
  await tx.rows(insertReply, [userId, key, row.operation, row.requestHash, row.reply]);
}

/** Deletes at most `limit` expired keys and returns how many there were. */
export async function deleteExpiredReplies(
  db: Queryable,
  maxAgeHours: number,
  limit: number,
): Promise<number> {
  return (await db.rows(deleteExpired, [maxAgeHours, limit])).length;
}
