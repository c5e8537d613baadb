import { limits } from '@nova/protocol/wire';
import type { Queryable, Statement } from '#db/database.js';

/** A marker that moves; `readSeq` is never past `deliveredSeq`. */
export interface MarkerRow {
  readonly conversationId: string;
  readonly userId: string;
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

export interface Markers {
  readonly conversationId: string;
  readonly userId: string;
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
}

export interface MarkersToTell extends Markers {
  /** All members, where they are few enough to name. */
  readonly memberIds: readonly string[] | null;
}

export interface MovedMarkers extends MarkersToTell {
  readonly unreadCount: number;
  /** It moved, or stood there already: then it may be that nobody heard of it when it moved. */
  readonly toTell: boolean;
}

// Rows are locked in the order of their key, so that two nodes never wait for each other. The
// update looks at them again: what another node wrote while this one waited counts.
const moveMarkers: Statement = {
  name: 'receipt_move',
  text: `with wanted as materialized (
      select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[])
        as w (conversation_id, user_id, read_seq, delivered_seq)
    ), locked as materialized (
      select m.conversation_id, m.user_id,
        least(w.read_seq, c.last_seq) as read_seq, least(w.delivered_seq, c.last_seq) as delivered_seq
      from wanted w join conversations c on c.id = w.conversation_id
      join members m on m.conversation_id = w.conversation_id and m.user_id = w.user_id
      order by m.conversation_id, m.user_id for no key update of m
    )
    update members m set
      last_read_seq = greatest(m.last_read_seq, l.read_seq),
      last_delivered_seq = greatest(m.last_delivered_seq, l.delivered_seq),
      receipt_xid = pg_current_xact_id()
    from locked l
    where m.conversation_id = l.conversation_id and m.user_id = l.user_id
      and (l.read_seq > m.last_read_seq or l.delivered_seq > m.last_delivered_seq)
    returning m.conversation_id as "conversationId", m.user_id as "userId"`,
};

const namedMembers = `case when c.member_count <= ${limits.smallConversationMembers} then
  array(select user_id from members every where every.conversation_id = c.id) end`;

const readMarkers: Statement = {
  name: 'receipt_read',
  text: `select m.conversation_id as "conversationId", m.user_id as "userId",
      m.last_read_seq as "lastReadSeq", m.last_delivered_seq as "lastDeliveredSeq",
      told.told as "toTell",
      greatest(0, c.last_seq - m.last_read_seq - (
        select count(*) from messages gone where gone.conversation_id = c.id
          and gone.seq > m.last_read_seq and gone.deleted_at is not null)) as "unreadCount",
      case when told.told then ${namedMembers} end as "memberIds"
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::boolean[])
      as w (conversation_id, user_id, read_seq, delivered_seq, moved)
    join conversations c on c.id = w.conversation_id
    join members m on m.conversation_id = w.conversation_id and m.user_id = w.user_id
    cross join lateral (select w.moved
      or (w.read_seq > 0 and least(w.read_seq, c.last_seq) = m.last_read_seq)
      or (w.delivered_seq > 0 and least(w.delivered_seq, c.last_seq) = m.last_delivered_seq)
    ) as told (told)`,
};

// Oldest first: the next page begins where this one ends.
const readMovedSince: Statement = {
  name: 'receipt_moved_since',
  text: `select m.conversation_id as "conversationId", m.user_id as "userId",
      m.last_read_seq as "lastReadSeq", m.last_delivered_seq as "lastDeliveredSeq",
      m.receipt_xid::text as xid, ${namedMembers} as "memberIds"
    from members m join conversations c on c.id = m.conversation_id
    where m.receipt_xid >= $1::xid8 order by m.receipt_xid limit $2`,
};

// The user's own markers come from whatever conversation, those of others from small ones.
const readChanged: Statement = {
  name: 'receipt_changed',
  text: `with asker as (
      select * from unnest($1::uuid[], $2::text[]::xid8[]) with ordinality as a (user_id, xid, place)
    )
    select asker.place::int, m.conversation_id as "conversationId", m.user_id as "userId",
      m.last_read_seq as "lastReadSeq", m.last_delivered_seq as "lastDeliveredSeq"
    from asker join members m on m.user_id = asker.user_id and m.receipt_xid >= asker.xid
    union all
    select asker.place::int, m.conversation_id, m.user_id, m.last_read_seq, m.last_delivered_seq
    from asker join members me on me.user_id = asker.user_id
    join conversations c on c.id = me.conversation_id and c.member_count <= $3
    join members m on m.conversation_id = me.conversation_id and m.user_id <> me.user_id
    where m.receipt_xid >= asker.xid`,
};

const rowKey = (row: { readonly conversationId: string; readonly userId: string }): string =>
  `${row.conversationId}/${row.userId}`;

/**
 * Moves markers forward and returns where they stand now; who is not a member has no row. Who is
 * to be told is read after the move was committed: somebody who joins meanwhile either is among
 * them or was shown the new marker.
 */
export async function storeMarkers(
  db: Queryable,
  wanted: readonly MarkerRow[],
): Promise<MovedMarkers[]> {
  const conversationIds = wanted.map((row) => row.conversationId);
  const userIds = wanted.map((row) => row.userId);
  const moved = await db.rows<{ conversationId: string; userId: string }>(moveMarkers, [
    conversationIds,
    userIds,
    wanted.map((row) => row.readSeq),
    wanted.map((row) => row.deliveredSeq),
  ]);
  const movedKeys = new Set(moved.map(rowKey));
  return db.rows<MovedMarkers>(readMarkers, [
    conversationIds,
    userIds,
    wanted.map((row) => row.readSeq),
    wanted.map((row) => row.deliveredSeq),
    wanted.map((row) => movedKeys.has(rowKey(row))),
  ]);
}

/** All markers that moved in the transaction `xid` or a later one, a page after the other. */
export async function* movedSince(
  db: Queryable,
  xid: string,
  pageRows = 2_000,
): AsyncGenerator<readonly MarkersToTell[]> {
  for (let from = xid; ; ) {
    const rows = await db.rows<MarkersToTell & { xid: string }>(readMovedSince, [from, pageRows]);
    yield rows;
    const last = rows.at(-1)?.xid;
    // One transaction moves fewer markers than a page has room for: the next page goes on.
    if (last === undefined || last === from || rows.length < pageRows) return;
    from = last;
  }
}

/**
 * Markers that moved in or after the transaction of each asker, as far as the user may see them:
 * for resume, which sends the newest values again. `place` numbers the askers from 1.
 */
export const changedSince = (
  db: Queryable,
  askers: readonly { readonly userId: string; readonly horizon: bigint }[],
): Promise<(Markers & { readonly place: number })[]> =>
  db.rows(readChanged, [
    askers.map(({ userId }) => userId),
    askers.map(({ horizon }) => horizon.toString()),
    limits.smallConversationMembers,
  ]);
