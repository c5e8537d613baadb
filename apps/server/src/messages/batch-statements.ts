import type { Statement } from '#db/database.js';
import { blockedDirect } from '#users/block-store.js';

/** Locks the conversations of a batch, in id order so that two nodes never wait for each other. */
const lock: Statement = {
  name: 'batch_lock',
  text: `select count(*) from (
      select from conversations where id = any($1::uuid[]) order by id for no key update
    ) locked`,
};

/**
 * Judges every send of a batch and stores what may be stored: counters, messages, log rows, and
 * the markers of the senders, for who sends has read what stood above. A statement of its own,
 * after the locks: it sees every removal, block and message that came first, and its time follows
 * `seq` in every conversation.
 *
 * What is asked of other tables is asked as a scalar, never by `exists`: of that the planner may
 * make a hash of the whole table. The parts that write touch different tables, and what they read was made before any of them. A
 * row is answered for every send, in their order: the verdict, then of what was stored seq, pos, the
 * time, the conversation's last change (both in milliseconds since 1970) and, with the first
 * message of a small conversation, its members: they become the recipients.
 */
const write: Statement = {
  name: 'batch_write',
  text: `with now as materialized (
      select date_trunc('milliseconds', clock_timestamp()) as at
    ), judged as materialized (
      select s.*, case
        when (select true from members m
          where m.conversation_id = s.conversation_id and m.user_id = s.sender_id) is null then 'absent'
        when (select true from messages m
          where m.conversation_id = s.conversation_id and m.id = s.id) then 'stored'
        when (select true from conversations c
          where c.id = s.conversation_id and ${blockedDirect}) then 'blocked'
        when s.reply_to is not null and (select true from messages m
          where m.conversation_id = s.conversation_id and m.id = s.reply_to) is null then 'unanswerable'
        when s.body is null then 'unsealed'
        else 'accepted' end as verdict
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::uuid[])
        with ordinality as s (conversation_id, id, sender_id, body, reply_to, place)
    ), numbered as materialized (
      select j.*, c.last_seq + j.nth as seq, c.last_pos + j.nth as pos, c.updated_at,
        c.member_count <= $6::integer as small
      from (select *, count(*) filter (where verdict = 'accepted')
          over (partition by conversation_id order by place) as nth from judged) j
      left join conversations c on c.id = j.conversation_id
    ), accepted as not materialized (
      select * from numbered where verdict = 'accepted'
    ), bumped as (
      update conversations c
      set last_seq = c.last_seq + b.n, last_pos = c.last_pos + b.n, updated_at = (select at from now)
      from (select conversation_id, count(*) as n from accepted group by conversation_id) b
      where c.id = b.conversation_id
    ), stored as (
      insert into messages (conversation_id, id, seq, sender_id, kind, body, reply_to, created_at)
      select conversation_id, id, seq, sender_id, 1, body, reply_to, (select at from now)
      from accepted
    ), logged as (
      insert into log (conversation_id, pos, type, subject_id, actor_id, at)
      select conversation_id, pos, 1, id, sender_id, (select at from now) from accepted
    ), marked as (
      update members m
      set last_read_seq = greatest(m.last_read_seq, s.seq),
        last_delivered_seq = greatest(m.last_delivered_seq, s.seq)
      from (select conversation_id, sender_id, max(seq) as seq from accepted
        group by conversation_id, sender_id) s
      where m.conversation_id = s.conversation_id and m.user_id = s.sender_id
    )
    select verdict, seq, pos, (extract(epoch from (select at from now)) * 1000)::bigint,
      (extract(epoch from updated_at) * 1000)::bigint,
      case when small and nth = 1 and verdict = 'accepted' then
        (select string_agg(m.user_id::text, ',') from members m
          where m.conversation_id = numbered.conversation_id) end
    from numbered order by place`,
};

export const batchStatements: readonly Statement[] = [lock, write];
