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

// A clock of somebody else's that runs ahead must not lock people out for long.
const upsert: Statement = {
  name: 'revocations_add',
  text: `insert into revocations (user_id, token_id, issued_before)
    values ($1, $2, case when $4 then $3::timestamptz
      else least($3::timestamptz, now() + interval '1 minute') end)
    on conflict (user_id, token_id) do update
    set issued_before = excluded.issued_before, xid = pg_current_xact_id()
    where revocations.issued_before < excluded.issued_before`,
};

/** All tokens that there will ever be. */
const forEver = new Date('9999-12-31T00:00:00.000Z');

export const revocationsOf = (db: Queryable, userIds: readonly string[]): Promise<Revocation[]> =>
  db.rows(readOfUsers, [userIds]);

/** Those of transactions that were not over at the horizon, and later ones. */
export const revocationsSince = (db: Queryable, horizon: bigint): Promise<Revocation[]> =>
  db.rows(readSince, [horizon.toString()]);

export async function storeRevocation(db: Queryable, revocation: Revocation): Promise<void> {
  const { userId, tokenId, issuedBefore } = revocation;
  await db.rows(upsert, [userId, tokenId, issuedBefore, false]);
}

export async function revokeForEver(db: Queryable, userId: string): Promise<void> {
  await db.rows(upsert, [userId, '', forEver, true]);
}
