/** Enough rows that the planner's choices are those of a service in use. */
import type { Database } from '#db/database.js';
import type { Scene } from './scene.ts';
import { sql, users } from './scene.ts';

export interface Crowd {
  readonly viewer: string;
  /** Conversations of the viewer, small ones. */
  readonly conversationIds: readonly string[];
  /** One of them, with a long history. */
  readonly long: string;
}

export async function fillWithCrowd(
  scene: Scene,
  db: Database,
  conversations = 500,
): Promise<Crowd> {
  const [viewer = '', author = ''] = users(2);
  const { id: long } = await scene.direct(viewer, author);
  await sql(
    db,
    `insert into conversations (id, kind, created_by, member_count, sealed_key, master_key_id,
        created_at, updated_at)
      select gen_random_uuid(), 'group', case when n % 40 = 0 then $1 else gen_random_uuid() end, 3,
        sealed_key, master_key_id, now(), now() - n * interval '1 minute'
      from conversations c, generate_series(1, $2::integer * 40) as n where c.id = $3`,
    [viewer, conversations, long],
  );
  await sql(
    db,
    `insert into members (conversation_id, user_id, role, joined_at, joined_pos)
      select c.id, case when n = 1 then c.created_by else gen_random_uuid() end, 'member', now(), 0
      from conversations c, generate_series(1, 3) as n where c.kind = 'group'`,
  );
  await sql(
    db,
    `insert into messages (conversation_id, id, seq, sender_id, kind, created_at, deleted_at)
      select id, gen_random_uuid(), n, $1, 1, now(), case when n % 50 = 0 then now() end
      from (select id, case when id = $2 then 20000 else 5 end as size from conversations) c,
        generate_series(1, size) as n`,
    [author, long],
  );
  await sql(
    db,
    `insert into log (conversation_id, pos, type, subject_id, actor_id, at)
      select conversation_id, seq, 1, id, sender_id, now() from messages
      where conversation_id = $1 or seq = 1`,
    [long],
  );
  await sql(
    db,
    `insert into reactions
      select conversation_id, id, '👍', sender_id, now() from messages where seq % 5 = 0`,
  );
  await sql(
    db,
    `update conversations set (last_seq, last_pos) =
      (select max(seq), max(seq) from messages where conversation_id = conversations.id)`,
  );
  await sql(db, `insert into presence select distinct user_id, now() from members`);
  await sql(db, `insert into users select distinct user_id, 'somebody' from members`);
  await sql(
    db,
    `insert into idempotency_keys
      select gen_random_uuid(), 'k' || n, 'x', '', '', now() - n * interval '1 second'
      from generate_series(1, 20000) as n`,
  );
  await sql(
    db,
    `insert into message_versions
      select conversation_id, id, 1, '', now() from messages where seq % 10 = 0`,
  );
  await sql(
    db,
    `insert into blocks (blocker_id, blocked_id, at, lifted)
      select gen_random_uuid(), gen_random_uuid(), now(), n % 10 = 0
      from generate_series(1, 20000) as n`,
  );
  await fillWithCalls(db, long, [viewer, author]);
  await sql(db, 'vacuum analyze');
  const mine = await sql<{ id: string }>(
    db,
    'select conversation_id as id from members where user_id = $1',
    [viewer],
  );
  return { viewer, conversationIds: mine.map((row) => row.id), long };
}

/** Many calls that are over, a few that are live, and one of the pair. */
async function fillWithCalls(db: Database, long: string, pair: readonly string[]): Promise<void> {
  await sql(
    db,
    `insert into calls (id, conversation_id, kind, state, created_by, version, facts, deadline,
        created_at, ended_at, changed_xid)
      select gen_random_uuid(), id, 'audio', state, $1, 1, '{"participants": []}',
        case when state <> 'ended' then now() + interval '1 hour' end, now(),
        case when state = 'ended' then now() - n * interval '1 minute' end, n::text::xid8
      from (select c.id, n, case when n = 1 and (c.id = $2 or random() < 0.005) then 'active' else 'ended' end as state
        from conversations c, generate_series(1, 2) as n) as made`,
    [pair[0], long],
  );
  await sql(
    db,
    `insert into call_participants (call_id, user_id, conversation_id, ended_at)
      select c.id, m.user_id, c.conversation_id, c.ended_at
      from calls c join members m using (conversation_id) on conflict do nothing`,
  );
  await sql(
    db,
    `insert into call_legs (user_id, call_id, node_id)
      select user_id, call_id, gen_random_uuid() from call_participants where ended_at is null
      on conflict do nothing`,
  );
}
