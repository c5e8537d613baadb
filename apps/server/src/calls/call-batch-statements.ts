/** What a batch of changes of calls reads and writes. */
import type { Statement } from '#db/database.js';
import { callColumns } from './call-store.ts';

/** Of calls that never move to another conversation: needs no lock. */
const conversationIds = (ids: string, callIds: string): string =>
  `array(select unnest(${ids}::uuid[]) union
    select conversation_id from calls where id = any(${callIds}::uuid[]))`;

const lockColumns = `id, kind, title, avatar_url as "avatarUrl", member_count as "memberCount",
    last_seq as "lastSeq", last_pos as "lastPos", updated_at as "previousAt"`;

/** In id order, as all who lock several, so that two nodes never wait for each other. */
export const lockConversations: Statement = {
  name: 'calls_lock',
  text: `select ${lockColumns} from conversations where id = any(${conversationIds('$1', '$2')})
    order by id for no key update`,
};

export const lockFreeConversations: Statement = {
  name: 'calls_lock_free',
  text: `select ${lockColumns} from conversations where id = any(${conversationIds('$1', '$2')})
    order by id for no key update skip locked`,
};

// Statements of their own, after the locks: they see every change that came first.
export const readConversations: Statement = {
  name: 'calls_conversations',
  text: `select id, date_trunc('milliseconds', clock_timestamp()) as at,
      case when member_count <= $3
        then array(select user_id from members where conversation_id = id) end as "memberIds"
    from conversations where id = any(${conversationIds('$1', '$2')})`,
};

export const readActors: Statement = {
  name: 'calls_actors',
  text: `select conversation_id as "conversationId", user_id as "userId", role from (
      select * from unnest($1::uuid[], $2::uuid[]) as s (conversation_id, user_id)
      union select c.conversation_id, a.user_id
      from unnest($3::uuid[], $4::uuid[]) as a (call_id, user_id) join calls c on c.id = a.call_id
    ) as actor join members m using (conversation_id, user_id)`,
};

export const readCalls: Statement = {
  name: 'calls_read',
  text: `select ${callColumns} from calls where conversation_id = any($1::uuid[]) and state <> 'ended'
    union all select ${callColumns} from calls where id = any($2::uuid[])`,
};

/** Legs of who acts, and of everybody whom a start would ring. */
export const readLegs: Statement = {
  name: 'calls_legs',
  text: `select user_id as "userId", call_id as "callId" from call_legs where user_id = any(array(
      select unnest($1::uuid[]) union
      select m.user_id from conversations c join members m on m.conversation_id = c.id
      where c.id = any($2::uuid[]) and c.member_count <= $3))`,
};

/**
 * The count of rows that a statement must have written: another one divides by zero, which undoes
 * the transaction although its commit is already on its way.
 */
const exactly = (count: string, rows: string): string =>
  `select 1 / (count(*) = ${count})::integer from ${rows}`;

export const insertCalls: Statement = {
  name: 'calls_insert',
  text: `insert into calls (id, conversation_id, kind, state, created_by, version, facts, deadline,
      created_at, ended_at)
    select id, conversation_id, kind, state, created_by, version, facts,
      to_timestamp(deadline / 1000.0), to_timestamp(created / 1000.0), to_timestamp(ended / 1000.0)
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::integer[],
        $7::jsonb[], $8::float8[], $9::float8[], $10::float8[])
      as c (id, conversation_id, kind, state, created_by, version, facts, deadline, created, ended)`,
};

/** Compare-and-set: each change names the version it was made from. */
export const updateCalls: Statement = {
  name: 'calls_update',
  text: `with changed as (
      update calls set state = c.state, version = c.version, facts = c.facts,
        changed_xid = pg_current_xact_id(), deadline = to_timestamp(c.deadline / 1000.0),
        ended_at = to_timestamp(c.ended / 1000.0)
      from unnest($1::uuid[], $2::integer[], $3::text[], $4::jsonb[], $5::float8[], $6::float8[])
        as c (id, version, state, facts, deadline, ended)
      where calls.id = c.id and calls.version = c.version - 1
      returning 1
    ) ${exactly('cardinality($1::uuid[])', 'changed')}`,
};

export const insertParticipants: Statement = {
  name: 'call_participants_add',
  text: `insert into call_participants (call_id, user_id, conversation_id)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as added (call_id, user_id, at)
    on conflict (call_id, user_id) do nothing`,
};

export const endParticipants: Statement = {
  name: 'call_participants_end',
  text: `update call_participants p set ended_at = to_timestamp(c.ended / 1000.0)
    from unnest($1::uuid[], $2::float8[]) as c (id, ended) where p.call_id = c.id`,
};

/** The primary key is the promise: who is in another call makes the batch fail. */
export const putLegs: Statement = {
  name: 'call_legs_put',
  text: `with put as (
      insert into call_legs as present (user_id, call_id, node_id)
      select * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as leg (user_id, call_id, node_id)
      order by user_id
      on conflict (user_id) do update set node_id = excluded.node_id
        where present.call_id = excluded.call_id
      returning 1
    ) ${exactly('cardinality($1::uuid[])', 'put')}`,
};

export const deleteLegs: Statement = {
  name: 'call_legs_delete',
  text: `delete from call_legs l using unnest($1::uuid[], $2::uuid[]) as gone (user_id, call_id)
    where l.user_id = gone.user_id and l.call_id = gone.call_id`,
};

/**
 * The messages that calls leave behind. Those who took part and had read everything before have
 * seen theirs too: nothing becomes unread.
 */
export const insertMessages: Statement = {
  name: 'call_messages',
  text: `with bumped as (
      update conversations c set last_seq = m.seq, last_pos = m.pos, updated_at = m.at
      from unnest($1::uuid[], $3::bigint[], $4::bigint[], $8::timestamptz[])
        as m (conversation_id, seq, pos, at) where c.id = m.conversation_id
    ), logged as (
      insert into log (conversation_id, pos, type, subject_id, actor_id, at)
      select conversation_id, pos, $11, id, sender_id, at
      from unnest($1::uuid[], $2::uuid[], $4::bigint[], $5::uuid[], $8::timestamptz[])
        as m (conversation_id, id, pos, sender_id, at)
    ), seen as (
      update members m set last_read_seq = s.seq, last_delivered_seq = s.seq,
        receipt_xid = pg_current_xact_id()
      from unnest($9::uuid[], $10::uuid[]) as took (conversation_id, user_id)
      join unnest($1::uuid[], $3::bigint[]) as s (conversation_id, seq) using (conversation_id)
      where m.conversation_id = took.conversation_id and m.user_id = took.user_id
        and m.last_read_seq = s.seq - 1
    )
    insert into messages (conversation_id, id, seq, sender_id, kind, body, created_at)
    select conversation_id, id, seq, sender_id, $7, body, at
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $5::uuid[], $6::bytea[], $8::timestamptz[])
      as m (conversation_id, id, seq, sender_id, body, at)`,
};
