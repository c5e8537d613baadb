import type { Queryable, Statement, Transaction } from '#db/database.js';

const note: Statement = {
  name: 'user_event_note',
  text: `insert into user_events (id) values ($1) on conflict do nothing returning id`,
};

const known: Statement = {
  name: 'user_event_known',
  text: `select id from user_events where id = $1`,
};

const forget: Statement = {
  name: 'user_event_forget',
  text: `delete from user_events where id in (
    select id from user_events where at < now() - $1 * interval '1 day' limit $2)`,
};

const upsertProfile: Statement = {
  name: 'user_profile',
  text: `insert into users (id, name, avatar_url, profile_at) values ($1, $2, $3, $5)
    on conflict (id) do update set
      name = coalesce(excluded.name, users.name),
      avatar_url = case when $4 then excluded.avatar_url else users.avatar_url end,
      profile_at = excluded.profile_at, updated_at = now()
    where users.deleted_at is null
      and (users.profile_at is null or users.profile_at <= excluded.profile_at)`,
};

const markDeleted: Statement = {
  name: 'user_delete',
  text: `insert into users (id, deleted_at) values ($1, $2)
    on conflict (id) do update set
      name = null, avatar_url = null, updated_at = now(),
      deleted_at = coalesce(users.deleted_at, excluded.deleted_at)`,
};

const eraseTraces: Statement[] = [
  {
    name: 'user_erase_blocks',
    text: `delete from blocks where blocker_id = $1 or blocked_id = $1`,
  },
  { name: 'user_erase_replies', text: `delete from idempotency_keys where user_id = $1` },
  { name: 'user_erase_log', text: `delete from log where user_id = $1` },
];

export interface Profile {
  readonly userId: string;
  readonly name: string | undefined;
  /** Undefined: as it was. */
  readonly avatarUrl: string | null | undefined;
  readonly at: Date;
}

/** Notes the event as processed, in the transaction that does what it asks; false: it was before. */
export async function noteEvent(tx: Transaction, eventId: string): Promise<boolean> {
  return (await tx.rows(note, [eventId])).length > 0;
}

export async function isNoted(db: Queryable, eventId: string): Promise<boolean> {
  return (await db.rows(known, [eventId])).length > 0;
}

/** Longer than a topic is kept, so that a group that begins anew is not told twice. */
const keptDays = 30;
const forgetRows = 1_000;

export async function forgetEvents(db: Queryable): Promise<void> {
  await db.rows(forget, [keptDays, forgetRows]);
}

export async function storeProfile(tx: Transaction, profile: Profile): Promise<void> {
  const { userId, name, avatarUrl, at } = profile;
  await tx.rows(upsertProfile, [
    userId,
    name ?? null,
    avatarUrl ?? null,
    avatarUrl !== undefined,
    at,
  ]);
}

export async function storeDeletion(tx: Transaction, userId: string, at: Date): Promise<void> {
  await tx.rows(markDeleted, [userId, at]);
}

/** What only this user had; messages, and who was in which conversation when, stay. */
export async function eraseUser(tx: Transaction, userId: string): Promise<void> {
  for (const statement of eraseTraces) await tx.rows(statement, [userId]);
}
