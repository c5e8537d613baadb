import type { Queryable, Statement } from '#db/database.js';

export interface Revocation {
  readonly userId: string;
  /** The one token that is refused; empty: all that were issued before the time. */
  readonly tokenId: string;
  readonly issuedBefore: Date;
}

const columns = `user_id as "userId", token_id as "tokenId", issued_before as "issuedBefore"`;

const readOfUsers: Statement = {
  name: 'revocations_of_users',
  text: `select ${columns} from revocations where user_id = any($1::uuid[])`,
};

const readSince: Statement = {
  name: 'revocations_since',
  text: `select ${columns} from revocations where xid >= $1::text::xid8`,
};

/** Nobody tells how long a token lives that is revoked by its id: longer than any should. */
const longestLifeDays = 400;

// A clock of somebody else's that runs ahead must not lock people out for long.
const upsert: Statement = {
  name: 'revocations_add',
  text: `insert into revocations (user_id, token_id, issued_before, expires_at)
    values ($1, $2, case when $4 then $3::timestamptz
      else least($3::timestamptz, now() + interval '1 minute') end,
      coalesce($5::timestamptz, now() + ${longestLifeDays} * interval '1 day'))
    on conflict (user_id, token_id) do update
    set issued_before = excluded.issued_before, expires_at = excluded.expires_at,
      xid = pg_current_xact_id()
    where revocations.issued_before < excluded.issued_before`,
};

// An hour later than the token says: clocks differ, and tokens that were looked up are kept.
const prune: Statement = {
  name: 'revocations_prune',
  text: `delete from revocations where (user_id, token_id) in (
    select user_id, token_id from revocations
    where token_id <> '' and expires_at < now() - interval '1 hour' limit $1)`,
};
const prunedAtOnce = 1_000;

/** All tokens that there will ever be. */
const forEver = new Date('9999-12-31T00:00:00.000Z');

export const revocationsOf = (db: Queryable, userIds: readonly string[]): Promise<Revocation[]> =>
  db.rows(readOfUsers, [userIds]);

/** Those of transactions that were not over at the horizon, and later ones. */
export const revocationsSince = (db: Queryable, horizon: bigint): Promise<Revocation[]> =>
  db.rows(readSince, [horizon.toString()]);

/** `expiresAt`: of the one token, where that is known. */
export async function storeRevocation(
  db: Queryable,
  revocation: Revocation & { readonly expiresAt?: Date },
): Promise<void> {
  const { userId, tokenId, issuedBefore, expiresAt } = revocation;
  await db.rows(upsert, [userId, tokenId, issuedBefore, false, expiresAt ?? null]);
}

/** Forgets some of those whose one token has expired by itself. */
export async function pruneRevocations(db: Queryable): Promise<void> {
  await db.rows(prune, [prunedAtOnce]);
}

export async function revokeForEver(db: Queryable, userId: string): Promise<void> {
  await db.rows(upsert, [userId, '', forEver, true, null]);
}
