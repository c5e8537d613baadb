import type { Queryable, Statement } from '#db/database.js';
import type { CallFacts } from './call-facts.ts';

/** A call as its facts, from the table `calls`. */
export const callColumns = `facts || jsonb_build_object('id', id, 'conversationId', conversation_id,
    'kind', kind, 'state', state, 'createdBy', created_by, 'version', version) as facts`;

const byId: Statement = {
  name: 'call_by_id',
  text: `select ${callColumns} from calls where id = $1`,
};

const liveOf: Statement = {
  name: 'call_live_of_conversation',
  text: `select ${callColumns} from calls where conversation_id = $1 and state <> 'ended'`,
};

// A live call is shown to members; one that is over also to whom it was about and who has left.
const forViewer: Statement = {
  name: 'call_for_viewer',
  text: `select ${callColumns} from calls c where id = $1 and (
      state = 'ended'
        and exists (select from call_participants p where p.call_id = c.id and p.user_id = $2)
      or exists (select from members m
        where m.conversation_id = c.conversation_id and m.user_id = $2))`,
};

// Whoever was removed from the conversation in mid-call hears nothing more of it.
const liveIds = `select p.call_id from call_participants p
      join members m on m.conversation_id = p.conversation_id and m.user_id = p.user_id
      where p.user_id = $1 and p.ended_at is null`;

const liveForUser: Statement = {
  name: 'call_live_for_user',
  text: `select ${callColumns} from calls where id in (${liveIds}) order by created_at limit 100`,
};

const changed: Statement = {
  name: 'call_changed',
  text: `select ${callColumns}, changed_xid::text as xid from calls
    where (changed_xid, id) > ($1::text::xid8, $2) order by changed_xid, id limit $3`,
};

const changedForUser: Statement = {
  name: 'call_changed_for_user',
  text: `select ${callColumns} from calls
    where changed_xid >= $2::text::xid8 and id in (${liveIds})
    order by created_at limit 100`,
};

const inLiveCall: Statement = {
  name: 'call_live_users',
  text: `select distinct user_id as "userId" from call_participants
    where user_id = any($1::uuid[]) and ended_at is null`,
};

const callOfUser: Statement = {
  name: 'call_of_user',
  text: `select call_id as "callId" from call_legs where user_id = $1`,
};

const first = (rows: readonly { readonly facts: CallFacts }[]): CallFacts | undefined =>
  rows[0]?.facts;

export const callById = async (db: Queryable, callId: string): Promise<CallFacts | undefined> =>
  first(await db.rows(byId, [callId]));

export const liveCallOf = async (
  db: Queryable,
  conversationId: string,
): Promise<CallFacts | undefined> => first(await db.rows(liveOf, [conversationId]));

export const callForViewer = async (
  db: Queryable,
  callId: string,
  userId: string,
): Promise<CallFacts | undefined> => first(await db.rows(forViewer, [callId, userId]));

export async function liveCallsFor(db: Queryable, userId: string): Promise<CallFacts[]> {
  const rows = await db.rows<{ facts: CallFacts }>(liveForUser, [userId]);
  return rows.map(({ facts }) => facts);
}

const changedPage = 500;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/** Calls that changed since, live or over, the longest ago first, a page at a time. */
export async function* callsChangedSince(
  db: Queryable,
  since: string,
): AsyncGenerator<CallFacts[]> {
  let after = { xid: since, id: beforeAll };
  for (;;) {
    const rows = await db.rows<{ facts: CallFacts; xid: string }>(changed, [
      after.xid,
      after.id,
      changedPage,
    ]);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ facts }) => facts);
    after = { xid: last.xid, id: last.facts.id };
  }
}

/** Which of these users a live call concerns. */
export async function usersInCalls(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.rows<{ userId: string }>(inLiveCall, [userIds]);
  return new Set(rows.map(({ userId }) => userId));
}

/** Live calls of a user that changed since. */
export async function liveChangedFor(
  db: Queryable,
  userId: string,
  since: string,
): Promise<CallFacts[]> {
  const rows = await db.rows<{ facts: CallFacts }>(changedForUser, [userId, since]);
  return rows.map(({ facts }) => facts);
}

/** The call that a user has a leg in. */
export async function callOf(db: Queryable, userId: string): Promise<string | undefined> {
  const [row] = await db.rows<{ callId: string }>(callOfUser, [userId]);
  return row?.callId;
}
