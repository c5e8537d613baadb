/** Pages of the history by `seq`, each read in one statement with its place in the log. */
import type { Queryable, Statement } from '#db/database.js';
import { conversationNotFound } from '../errors.ts';
import { type MessageRow, messageColumns } from './message-row.ts';

export interface PageQuery {
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly limit: number;
  /** The member who reads; without one the caller has made sure of the membership. */
  readonly viewerId?: string;
}

export interface PageRows {
  /** Ascending by seq. */
  readonly rows: readonly MessageRow[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  readonly pos: number;
}

const place = `select last_pos, last_seq from conversations c
    where c.id = $1 and ($2::uuid is null or exists (
      select from members viewer where viewer.conversation_id = c.id and viewer.user_id = $2))`;

const older = `(select * from messages where conversation_id = $1 and seq < $3
    order by seq desc limit $4)`;
const newer = `(select * from messages where conversation_id = $1 and seq >= $3
    order by seq limit $4)`;

const page = (name: string, source: string): Statement => ({
  name,
  text: `select place.last_pos as pos, place.last_seq as "lastSeq", ${messageColumns}
    from (${place}) as place left join lateral (${source}) as m on true`,
});

const readOlder = page('message_page_older', older);
const readNewer = page('message_page_newer', newer);
const readAround = page('message_page_around', `${older} union all ${newer}`);

interface Place {
  readonly pos: number;
  readonly lastSeq: number;
}

export async function pageRows(
  db: Queryable,
  conversationId: string,
  query: PageQuery,
): Promise<PageRows> {
  const { limit } = query;
  // One message more than asked for, on each side, tells whether the history goes on there.
  const read = async (statement: Statement, from: number) => {
    const values = [conversationId, query.viewerId ?? null, from, limit + 1];
    const found = await db.rows<Place & (MessageRow | { id: null })>(statement, values);
    const [place] = found;
    if (place === undefined) throw conversationNotFound();
    const rows = found.filter((row): row is Place & MessageRow => row.id !== null);
    return { place, rows: rows.sort((a, b) => a.seq - b.seq) };
  };
  if (query.after !== undefined) {
    const { place, rows } = await read(readNewer, query.after + 1);
    const hasBefore = query.after > 0 && place.lastSeq > 0;
    return {
      rows: rows.slice(0, limit),
      hasBefore,
      hasAfter: rows.length > limit,
      pos: place.pos,
    };
  }
  if (query.around !== undefined) {
    const { place, rows } = await read(readAround, query.around + 1);
    const start = firstOfPage(rows, query.around, limit);
    const shown = rows.slice(start, start + limit);
    const hasAfter = rows.length > start + shown.length;
    return { rows: shown, hasBefore: start > 0, hasAfter, pos: place.pos };
  }
  const before = query.before ?? Number.MAX_SAFE_INTEGER;
  const { place, rows } = await read(readOlder, before);
  const shown = rows.slice(-limit);
  const hasAfter = place.lastSeq >= before;
  return { rows: shown, hasBefore: rows.length > shown.length, hasAfter, pos: place.pos };
}

/** Half of the page up to `around` and half past it; a short side leaves its places to the other. */
function firstOfPage(rows: readonly MessageRow[], around: number, limit: number): number {
  const olderCount = rows.filter((row) => row.seq <= around).length;
  const newerCount = rows.length - olderCount;
  const wanted = Math.max(Math.ceil(limit / 2), limit - newerCount);
  return Math.max(0, olderCount - wanted);
}
