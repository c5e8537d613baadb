import type { Queryable, Statement } from '#db/database.js';
import type { Horizon } from '#log/cursor.js';
import type { LogRow } from '#log/reader.js';

const takeOver: Statement = {
  name: 'relay_take_over',
  text: `update relay_state set fence = fence + 1
    returning fence, horizon::text as horizon`,
};

const advance: Statement = {
  name: 'relay_advance',
  text: `update relay_state set horizon = $3::text::xid8, moved_at = now()
    where fence = $1 and horizon = $2::text::xid8 returning fence`,
};

const passEnd: Statement = {
  name: 'relay_pass_end',
  text: `select xid::text as xid from log
    where xid >= $1::text::xid8 and xid < $2::text::xid8 order by xid, id offset $3 limit 1`,
};

/**
 * Rows that become settled between two horizons. A transaction gets its number before it gets the
 * lock of a conversation, so a row may have a smaller xid than one before it by pos. Each pass
 * therefore publishes every conversation up to the last row it settles, whatever the numbers of
 * the rows before that one, and begins after the last row that an earlier pass settled. That row
 * is looked for no further than 10,000 rows past the pass: beyond it a row would be published
 * twice, under the same event id.
 */
const readPass: Statement = {
  name: 'relay_read_pass',
  text: `with passed as materialized (
      select conversation_id, max(pos) as last from log
      where xid >= $1::text::xid8 and xid < $2::text::xid8 and conversation_id is not null
      group by conversation_id
    )
    select l.conversation_id as "conversationId", l.pos, l.type, l.subject_id as "subjectId",
      l.actor_id as "actorId", l.data, l.at
    from passed p
    cross join lateral (
      select coalesce((select before.pos from log before
        where before.conversation_id = p.conversation_id and before.pos <= p.last + 10000
          and before.xid < $1::text::xid8
        order by before.pos desc limit 1), 0) as pos
    ) settled
    join log l on l.conversation_id = p.conversation_id
      and l.pos > settled.pos and l.pos <= p.last
    order by l.conversation_id, l.pos`,
};

/** Of the rows that each first member received about a new conversation, one. */
const readCreated: Statement = {
  name: 'relay_read_created',
  text: `select distinct on (c.id) c.id as "conversationId", c.kind, c.created_by as "createdBy",
      l.at
    from log l join conversations c on c.id = l.subject_id and c.created_at = l.at
    where l.xid >= $1::text::xid8 and l.xid < $2::text::xid8 and l.user_id is not null
      and l.type = $3`,
};

const readBacklog: Statement = {
  name: 'relay_backlog',
  text: `with horizon as (select horizon as xid from relay_state),
    first as (select id, at from log where xid >= (select xid from horizon)
      order by xid, id limit 1),
    last as (select id from log order by xid desc, id desc limit 1)
    select (select count(*) from (select from log where xid >= (select xid from horizon)
        limit $1 + 1) as waiting) as counted,
      coalesce((select last.id - first.id + 1 from first, last), 0) as spanned,
      coalesce((select greatest(extract(epoch from clock_timestamp() - at), 0) from first), 0)::float8
        as "lagSeconds"`,
};

export interface Tenure {
  readonly fence: number;
  readonly horizon: Horizon;
}

export interface CreatedRow {
  readonly conversationId: string;
  readonly kind: string;
  readonly createdBy: string;
  readonly at: Date;
}

/** Begins a tenure: whoever had one before can no longer move the horizon. */
export async function beginTenure(db: Queryable): Promise<Tenure> {
  const [row] = await db.rows<{ fence: number; horizon: string }>(takeOver);
  if (row === undefined) throw new Error('relay_state has no row: run the migrations');
  return { fence: row.fence, horizon: BigInt(row.horizon) };
}

/** Moves the horizon; false where it is no longer this tenure's to move. */
export async function moveHorizon(
  db: Queryable,
  { fence, horizon }: Tenure,
  to: Horizon,
): Promise<boolean> {
  const rows = await db.rows(advance, [fence, horizon.toString(), to.toString()]);
  return rows.length > 0;
}

/**
 * Where a pass ends that begins at `from` and reads about `maxRows` rows: at `to` or before. One
 * transaction is never split.
 */
export async function endOfPass(
  db: Queryable,
  from: Horizon,
  to: Horizon,
  maxRows: number,
): Promise<Horizon> {
  const [row] = await db.rows<{ xid: string }>(passEnd, [from.toString(), to.toString(), maxRows]);
  if (row === undefined) return to;
  const xid = BigInt(row.xid);
  return xid > from ? xid : from + 1n;
}

export const readSettled = (db: Queryable, from: Horizon, to: Horizon): Promise<LogRow[]> =>
  db.rows(readPass, [from.toString(), to.toString()]);

export const readNewConversations = (
  db: Queryable,
  from: Horizon,
  to: Horizon,
  type: number,
): Promise<CreatedRow[]> => db.rows(readCreated, [from.toString(), to.toString(), type]);

/** Rows that wait, counted up to 10,000 and estimated beyond, and the age of the oldest. */
export async function readQueue(
  db: Queryable,
): Promise<{ readonly rows: number; readonly lagSeconds: number }> {
  const [row] = await db.rows<{ counted: number; spanned: number; lagSeconds: number }>(
    readBacklog,
    [countedMax],
  );
  if (row === undefined) return { rows: 0, lagSeconds: 0 };
  const rows = row.counted > countedMax ? Math.max(row.counted, row.spanned) : row.counted;
  return { rows, lagSeconds: row.lagSeconds };
}

const countedMax = 10_000;
