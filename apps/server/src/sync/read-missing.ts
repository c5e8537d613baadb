import { limits } from '@nova/protocol/wire';
import type { Database, Statement } from '#db/database.js';
import type { FindMembers } from '#delivery/audience.js';
import type { ReadMissing } from '#delivery/hub.js';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import type { Horizon } from '#log/cursor.js';
import { erasesEarlier, logTypeName, logTypes } from '#log/log-types.js';
import { type Gap, type LogRow, readGaps, readUnsettled } from '#log/reader.js';
import type { MessageReader } from '#messages/message-reader.js';
import { renderRows } from './render-rows.ts';

interface Deps {
  readonly db: Database;
  readonly messages: MessageReader;
  readonly horizon: () => Horizon;
}

const membersOf: Statement = {
  name: 'sync_members',
  text: `select c.id, case when c.member_count <= $2
      then array(select user_id from members where conversation_id = c.id) end as "memberIds"
    from conversations c where c.id = any($1::uuid[])`,
};

const audienceMembers: Statement = {
  name: 'sync_audience',
  text: `select user_id as "userId", joined_pos as "joinedPos" from members
    where conversation_id = $1 and user_id = any($2::uuid[])`,
};

/** Rows fetched at a time of one gap: a longer one is closed in several turns. */
const maxRows = 2_000;

/** Reads for the hub what the bus did not bring, as it would have come on the bus. */
export const createReadMissing =
  ({ db, messages, horizon }: Deps): ReadMissing =>
  async (gaps) => {
    const known = gaps.filter((gap): gap is Gap => gap.afterPos !== undefined);
    const rows = known.length === 0 ? [] : await readGaps(db, known, maxRows);
    for (const { conversationId, afterPos, beforePos } of gaps) {
      if (afterPos !== undefined) continue;
      rows.push(...(await readUnsettled(db, conversationId, horizon(), beforePos)));
    }
    if (rows.length === 0) return [];
    const [recipients, rendered] = await Promise.all([
      namedMembers(db, new Set(rows.map((row) => row.conversationId))),
      renderRows(db, messages, rows),
    ]);
    return rendered.map(({ row, frame }) => ({
      kind: 'durable',
      conversationId: row.conversationId,
      pos: row.pos,
      quietMs: 0,
      frame,
      recipients: recipients.get(row.conversationId) ?? null,
      ...meaning(row),
    }));
  };

/** The members of those conversations that are small enough to name them. */
async function namedMembers(
  db: Database,
  conversationIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[] | null>> {
  const found = await db.rows<{ id: string; memberIds: string[] | null }>(membersOf, [
    [...conversationIds],
    limits.smallConversationMembers,
  ]);
  return new Map(found.map(({ id, memberIds }) => [id, memberIds]));
}

function meaning({ type, data }: LogRow): Pick<DurableOutgoing, 'joined' | 'left' | 'erases'> {
  if (erasesEarlier(logTypeName(type))) return { erases: true };
  if (type === logTypes['member.added']) {
    const { member } = data as { member?: { userId: string } };
    return member === undefined ? {} : { joined: [member.userId] };
  }
  if (type === logTypes['member.removed']) {
    const { userId } = data as { userId?: string };
    return userId === undefined ? {} : { left: [userId] };
  }
  return {};
}

export const createFindMembers =
  (db: Database): FindMembers =>
  (conversationId, userIds) =>
    db.rows(audienceMembers, [conversationId, userIds]);
