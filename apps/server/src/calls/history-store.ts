import type { Queryable, Statement } from '#db/database.js';
import type { CallFacts } from './call-facts.ts';
import { callColumns } from './call-store.ts';
import type { HistoryPlace } from './history-cursor.ts';

const page: Statement = {
  name: 'call_history',
  text: `select ${callColumns} from (
      select call_id, ended_at from call_participants
      where user_id = $1 and ended_at is not null
        and (ended_at, call_id) < (coalesce(to_timestamp($2 / 1000.0), 'infinity'::timestamptz),
          coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        and ($4::uuid is null or conversation_id = $4)
      order by ended_at desc, call_id desc limit $5
    ) as entry join calls on id = call_id
    order by entry.ended_at desc, entry.call_id desc`,
};

const member: Statement = {
  name: 'call_history_member',
  text: 'select from members where conversation_id = $1 and user_id = $2',
};

export interface HistoryQuery {
  readonly conversationId: string | undefined;
  readonly after: HistoryPlace | undefined;
  readonly limit: number;
}

export async function historyPage(
  db: Queryable,
  userId: string,
  { conversationId, after, limit }: HistoryQuery,
): Promise<CallFacts[]> {
  const rows = await db.rows<{ facts: CallFacts }>(page, [
    userId,
    after?.endedMs ?? null,
    after?.callId ?? null,
    conversationId ?? null,
    limit,
  ]);
  return rows.map(({ facts }) => facts);
}

export async function isMember(
  db: Queryable,
  conversationId: string,
  userId: string,
): Promise<boolean> {
  return (await db.rows(member, [conversationId, userId])).length > 0;
}
