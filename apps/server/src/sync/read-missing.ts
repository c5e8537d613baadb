import { limits } from '@nova/protocol/wire';
import type { Database, Statement } from '#db/database.js';
import type { FindMembers } from '#delivery/audience.js';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import type { Horizon } from '#log/cursor.js';
import { logTypes } from '#log/log-types.js';
import { type LogRow, readBetween, readUnsettled } from '#log/reader.js';
import type { MessageReader } from '#messages/message-reader.js';
import { renderRows } from './render-rows.ts';

interface Deps {
  readonly db: Database;
  readonly messages: MessageReader;
  readonly horizon: () => Horizon;
}

const membersOf: Statement = {
  name: 'sync_members',
  text: `select case when c.member_count <= $2
      then array(select user_id from members where conversation_id = $1) end as "memberIds"
    from conversations c where c.id = $1`,
};

const audienceMembers: Statement = {
  name: 'sync_audience',
  text: `select user_id as "userId", joined_pos as "joinedPos" from members
    where conversation_id = $1 and user_id = any($2::uuid[])`,
};

/** Rows are fetched this many at a time: a longer gap is closed in several turns. */
const maxRows = 2_000;

/** Reads for the hub what the bus did not bring, as it would have come on the bus. */
export const createReadMissing =
  ({ db, messages, horizon }: Deps) =>
  async (
    conversationId: string,
    afterPos: number | undefined,
    beforePos: number,
  ): Promise<readonly DurableOutgoing[]> => {
    const rows =
      afterPos === undefined
        ? await readUnsettled(db, conversationId, horizon(), beforePos)
        : await readBetween(db, conversationId, afterPos, beforePos, maxRows);
    if (rows.length === 0) return [];
    const [found] = await db.rows<{ memberIds: string[] | null }>(membersOf, [
      conversationId,
      limits.smallConversationMembers,
    ]);
    const rendered = await renderRows(db, messages, rows);
    return rendered.map(({ row, frame }) => ({
      kind: 'durable',
      conversationId,
      pos: row.pos,
      quietMs: 0,
      frame,
      recipients: found?.memberIds ?? null,
      ...comings(row),
    }));
  };

function comings({ type, data }: LogRow): Pick<DurableOutgoing, 'joined' | 'left'> {
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
