import type { Queryable, Statement } from '#db/database.js';
import type { Horizon } from './cursor.ts';

/** A row of the log, without the message it may name. */
export interface LogRow {
  readonly conversationId: string;
  readonly pos: number;
  readonly type: number;
  readonly subjectId: string | null;
  readonly actorId: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly at: Date;
}

/** A row of one user's log; `conversationId` is what it is about. */
export type PersonalRow = Omit<LogRow, 'pos' | 'subjectId'> & { readonly userId: string };

const columns = `l.conversation_id as "conversationId", l.pos, l.type, l.subject_id as "subjectId",
  l.actor_id as "actorId", l.data, l.at`;

const gaps: Statement = {
  name: 'log_gaps',
  text: `select ${columns}
    from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as gap (conversation_id, after_pos, before_pos)
    cross join lateral (select * from log one
      where one.conversation_id = gap.conversation_id
        and one.pos > gap.after_pos and one.pos < gap.before_pos
      order by one.pos limit $4) l`,
};

const unsettled: Statement = {
  name: 'log_unsettled',
  text: `select ${columns} from log l
    where l.conversation_id = $1 and l.xid >= $2::text::xid8 and l.pos < $3
      and l.pos > $3 - 2000 order by l.pos`,
};

// For each conversation the last row of an older transaction: events are handed out in order of
// pos, so every row before it was handed out too, whatever its transaction.
const missed: Statement = {
  name: 'log_missed',
  text: `select asker.place::int, m.conversation_id as "conversationId", c.last_pos as "lastPos",
      greatest(m.joined_pos, coalesce(s.pos, 0)) as "afterPos"
    from unnest($1::uuid[], $2::text[]::xid8[]) with ordinality as asker (user_id, xid, place)
    join members m on m.user_id = asker.user_id
    join conversations c on c.id = m.conversation_id
    left join lateral (select l.pos from log l
      where l.conversation_id = m.conversation_id and l.xid < asker.xid
      order by l.pos desc limit 1) s on true
    where c.last_pos > greatest(m.joined_pos, coalesce(s.pos, 0))
    order by asker.place, c.updated_at`,
};

const personalSince: Statement = {
  name: 'log_personal_since',
  text: `select asker.place::int, l.user_id as "userId", l.subject_id as "conversationId", l.type,
      l.actor_id as "actorId", l.data, l.at
    from unnest($1::uuid[], $2::text[]::xid8[]) with ordinality as asker (user_id, xid, place)
    cross join lateral (select * from log own
      where own.user_id = asker.user_id and own.xid >= asker.xid
      order by own.xid, own.id limit $3) l
    order by asker.place, l.xid, l.id`,
};

const passed: Statement = {
  name: 'log_passed',
  text: `select conversation_id as "conversationId", min(pos) as "firstPos", max(pos) as "lastPos"
    from log where xid >= $1::text::xid8 and xid < $2::text::xid8 and conversation_id is not null
    group by conversation_id`,
};

const personalPassed: Statement = {
  name: 'log_personal_passed',
  text: `select l.user_id as "userId", l.subject_id as "conversationId", l.type,
      l.actor_id as "actorId", l.data, l.at
    from log l where l.xid >= $1::text::xid8 and l.xid < $2::text::xid8 and l.user_id is not null
    order by l.xid, l.id`,
};

const horizonNow: Statement = {
  name: 'log_horizon',
  text: `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, epoch,
      pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn() as durable
    from service_state`,
};

const makeDurable: Statement = {
  name: 'log_make_durable',
  text: `update service_state set singleton = true`,
};

export interface Missed {
  readonly conversationId: string;
  readonly afterPos: number;
  readonly lastPos: number;
}

export interface Passed {
  readonly conversationId: string;
  readonly firstPos: number;
  readonly lastPos: number;
}

/** A stretch of one conversation's log, without its ends. */
export interface Gap {
  readonly conversationId: string;
  readonly afterPos: number;
  readonly beforePos: number;
}

/** The first rows of each gap, at most `limit` of each, in order within a conversation. */
export const readGaps = (db: Queryable, wanted: readonly Gap[], limit: number): Promise<LogRow[]> =>
  db.rows(gaps, [
    wanted.map((gap) => gap.conversationId),
    wanted.map((gap) => gap.afterPos),
    wanted.map((gap) => gap.beforePos),
    limit,
  ]);

/** Rows before `beforePos` of transactions that the horizon has not passed. */
export const readUnsettled = (
  db: Queryable,
  conversationId: string,
  horizon: Horizon,
  beforePos: number,
): Promise<LogRow[]> => db.rows(unsettled, [conversationId, horizon.toString(), beforePos]);

/** Who comes back, and from where. */
export interface Asker {
  readonly userId: string;
  readonly horizon: Horizon;
}

/** Which asker a row is for: its number, from 1. */
interface Placed {
  readonly place: number;
}

const asked = (askers: readonly Asker[]): [string[], string[]] => [
  askers.map(({ userId }) => userId),
  askers.map(({ horizon }) => horizon.toString()),
];

/** Conversations that have rows past the horizon of each asker, the longest quiet first. */
export const readMissed = (db: Queryable, askers: readonly Asker[]): Promise<(Missed & Placed)[]> =>
  db.rows(missed, asked(askers));

/** Rows of the own logs past the horizons, at most `limit` for each asker. */
export const readPersonalSince = (
  db: Queryable,
  askers: readonly Asker[],
  limit: number,
): Promise<(PersonalRow & Placed)[]> => db.rows(personalSince, [...asked(askers), limit]);

/** What the log received between two horizons, a row per conversation. */
export const readPassed = (db: Queryable, from: Horizon, to: Horizon): Promise<Passed[]> =>
  db.rows(passed, [from.toString(), to.toString()]);

export const readPersonalPassed = (
  db: Queryable,
  from: Horizon,
  to: Horizon,
): Promise<PersonalRow[]> => db.rows(personalPassed, [from.toString(), to.toString()]);

export interface SeenHorizon {
  readonly horizon: Horizon;
  readonly epoch: string;
  /** Resolves when no crash can take the horizon back: nothing may be handed out before. */
  readonly durable: Promise<unknown>;
}

/**
 * Where the log stands, being made durable: nobody waits until the end of a transaction that was
 * rolled back is on disk, and a database that crashes before gives its number to another
 * transaction. A horizon past it would hide the rows of that one. Any commit that is waited for
 * flushes it too.
 */
export async function seeHorizon(db: Queryable): Promise<SeenHorizon> {
  const [row] = await db.rows<{ horizon: string; epoch: string; durable: boolean }>(horizonNow);
  if (row === undefined) throw new Error('service_state has no row: run the migrations');
  const durable = row.durable ? Promise.resolve() : db.rows(makeDurable);
  // Whoever awaits it later hears of a failure then.
  durable.catch(() => undefined);
  return { horizon: BigInt(row.horizon), epoch: row.epoch, durable };
}

/** Where the log stands, durably. */
export async function readHorizon(db: Queryable): Promise<Omit<SeenHorizon, 'durable'>> {
  const { durable, ...seen } = await seeHorizon(db);
  await durable;
  return seen;
}
