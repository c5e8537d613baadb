import type { Queryable, Statement } from '#db/database.js';

const beat: Statement = {
  name: 'call_node_beat',
  text: `insert into call_nodes (id, seen_at) values ($1, clock_timestamp())
    on conflict (id) do update set seen_at = excluded.seen_at`,
};

const leave: Statement = {
  name: 'call_node_leave',
  text: 'delete from call_nodes where id = $1',
};

const now = 'coalesce(to_timestamp($1 / 1000.0), clock_timestamp())';

const due: Statement = {
  name: 'call_due',
  text: `select id from calls where state <> 'ended' and deadline <= ${now}
      and ($3::float8 is null or created_at > ${now} - $3 * interval '1 millisecond')
    order by deadline limit $2`,
};

// Calls with a leg on a node that has not been heard of. A node that left well has no row.
const deserted: Statement = {
  name: 'call_deserted',
  text: `select l.call_id as "callId", l.node_id as "nodeId",
      (extract(epoch from n.seen_at) * 1000)::bigint as "seenMs"
    from call_legs l left join call_nodes n on n.id = l.node_id
    where l.node_id is not null
      and (n.id is null or n.seen_at < clock_timestamp() - $1 * interval '1 millisecond')
    limit $2`,
};

const sweep: Statement = {
  name: 'call_nodes_sweep',
  text: `delete from call_nodes where seen_at < clock_timestamp() - interval '1 hour'`,
};

export interface Deserted {
  readonly callId: string;
  readonly nodeId: string;
  /** When the node was last heard of; null where it took its leave. */
  readonly seenMs: number | null;
}

export const beatNode = (db: Queryable, nodeId: string): Promise<unknown> =>
  db.rows(beat, [nodeId]);
export const forgetNode = (db: Queryable, nodeId: string): Promise<unknown> =>
  db.rows(leave, [nodeId]);
export const sweepNodes = (db: Queryable): Promise<unknown> => db.rows(sweep);

/** Calls whose deadline is past; with `youngerMs` only those begun within so many milliseconds. */
export async function dueCalls(
  db: Queryable,
  nowMs: number | undefined,
  limit: number,
  youngerMs?: number,
): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(due, [nowMs ?? null, limit, youngerMs ?? null]);
  return rows.map(({ id }) => id);
}

export const desertedLegs = (db: Queryable, silentMs: number, limit: number): Promise<Deserted[]> =>
  db.rows(deserted, [silentMs, limit]);
