import type { Queryable, Statement, Transaction } from '#db/database.js';
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

const conversationOfCall: Statement = {
  name: 'call_conversation',
  text: `select conversation_id as "conversationId" from calls where id = $1`,
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

const otherCalls: Statement = {
  name: 'call_legs_elsewhere',
  text: `select user_id as "userId" from call_legs where user_id = any($1::uuid[]) and call_id <> $2`,
};

const insertCall: Statement = {
  name: 'call_insert',
  text: `with rung as (
      insert into call_participants (call_id, user_id, conversation_id)
      select $1, user_id, $2 from unnest($9::uuid[]) as rung (user_id)
    )
    insert into calls (id, conversation_id, kind, state, created_by, version, facts, deadline,
      created_at, ended_at)
    values ($1, $2, $3, 'ringing', $4, 1, $5, to_timestamp($6 / 1000.0),
      to_timestamp($7 / 1000.0), $8)`,
};

const updateCall: Statement = {
  name: 'call_update',
  text: `update calls set state = $3, version = version + 1, facts = $4,
      changed_xid = pg_current_xact_id(),
      deadline = to_timestamp($5 / 1000.0), ended_at = to_timestamp($6 / 1000.0)
    where id = $1 and version = $2 returning version`,
};

const insertParticipants: Statement = {
  name: 'call_participants_add',
  text: `insert into call_participants (call_id, user_id, conversation_id)
    select $1, user_id, $2 from unnest($3::uuid[]) as added (user_id)
    on conflict (call_id, user_id) do nothing`,
};

const endParticipants: Statement = {
  name: 'call_participants_end',
  text: `update call_participants set ended_at = to_timestamp($2 / 1000.0) where call_id = $1`,
};

const upsertLegs: Statement = {
  name: 'call_legs_put',
  text: `insert into call_legs as present (user_id, call_id, node_id)
    select user_id, $1, node_id from unnest($2::uuid[], $3::uuid[]) as leg (user_id, node_id)
    on conflict (user_id) do update set node_id = excluded.node_id
      where present.call_id = excluded.call_id
    returning user_id as "userId"`,
};

const deleteLegs: Statement = {
  name: 'call_legs_delete',
  text: `delete from call_legs where call_id = $1 and user_id = any($2::uuid[])`,
};

/** What stands in columns of its own is not kept twice. */
function stored(call: CallFacts): string {
  const { id, conversationId, kind, state, createdBy, version, ...facts } = call;
  return JSON.stringify(facts);
}

const first = (rows: readonly { readonly facts: CallFacts }[]): CallFacts | undefined =>
  rows[0]?.facts;

export const callById = async (db: Queryable, callId: string): Promise<CallFacts | undefined> =>
  first(await db.rows(byId, [callId]));

export const liveCallOf = async (
  db: Queryable,
  conversationId: string,
): Promise<CallFacts | undefined> => first(await db.rows(liveOf, [conversationId]));

/** Of a call that never moves to another conversation: needs no lock. */
export async function conversationOf(db: Queryable, callId: string): Promise<string | undefined> {
  const [row] = await db.rows<{ conversationId: string }>(conversationOfCall, [callId]);
  return row?.conversationId;
}

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

/** Which of these users are in another call than this one. */
export async function usersElsewhere(
  db: Queryable,
  userIds: readonly string[],
  callId: string,
): Promise<ReadonlySet<string>> {
  const rows = await db.rows<{ userId: string }>(otherCalls, [userIds, callId]);
  return new Set(rows.map(({ userId }) => userId));
}

export async function storeNewCall(
  tx: Transaction,
  call: CallFacts,
  deadlineMs: number,
): Promise<void> {
  await tx.rows(insertCall, [
    call.id,
    call.conversationId,
    call.kind,
    call.createdBy,
    stored(call),
    deadlineMs,
    call.createdMs,
    null,
    call.participants.map(({ userId }) => userId),
  ]);
}

/** False where the version is not the one that the change was made from. */
export async function storeCall(
  tx: Transaction,
  call: CallFacts,
  deadlineMs: number | undefined,
): Promise<boolean> {
  const rows = await tx.rows(updateCall, [
    call.id,
    call.version,
    call.state,
    stored(call),
    deadlineMs ?? null,
    call.endedMs ?? null,
  ]);
  return rows.length === 1;
}

export const addParticipants = (
  tx: Transaction,
  call: CallFacts,
  userIds: readonly string[],
): Promise<unknown> => tx.rows(insertParticipants, [call.id, call.conversationId, userIds]);

export const closeParticipants = (tx: Transaction, call: CallFacts): Promise<unknown> =>
  tx.rows(endParticipants, [call.id, call.endedMs]);

/** False where one of them is in another call. */
export async function putLegs(
  tx: Transaction,
  callId: string,
  legs: readonly { readonly userId: string; readonly nodeId: string | undefined }[],
): Promise<boolean> {
  const nodeIds = legs.map(({ nodeId }) => nodeId ?? null);
  const rows = await tx.rows(upsertLegs, [callId, legs.map(({ userId }) => userId), nodeIds]);
  return rows.length === legs.length;
}

export const removeLegs = (
  tx: Transaction,
  callId: string,
  userIds: readonly string[],
): Promise<unknown> => tx.rows(deleteLegs, [callId, userIds]);
