import type { Statement } from '#db/database.js';

/** Locks the conversations of a batch, in id order so that two nodes never wait for each other. */
export const lockConversations: Statement = {
  name: 'batch_lock',
  text: `select id, last_seq as "lastSeq", last_pos as "lastPos", updated_at as "updatedAt"
    from conversations where id = any($1::uuid[]) order by id for no key update`,
};

/**
 * The members of small conversations (they become the recipients), of large ones only the senders
 * of the batch. A statement of its own, after the locks: it sees every removal that came first, and
 * its time follows `seq` in every conversation.
 */
export const readMembers: Statement = {
  name: 'batch_members',
  text: `select m.conversation_id as "conversationId", m.user_id as "userId", true as small,
      (select date_trunc('milliseconds', clock_timestamp())) as at
    from conversations c join members m on m.conversation_id = c.id
    where c.id = any($1::uuid[]) and c.member_count <= $4
    union all
    select m.conversation_id, m.user_id, false,
      (select date_trunc('milliseconds', clock_timestamp()))
    from (select distinct * from unnest($2::uuid[], $3::uuid[]) as pair (conversation_id, user_id)) s
    join conversations c on c.id = s.conversation_id and c.member_count > $4
    join members m on m.conversation_id = s.conversation_id and m.user_id = s.user_id`,
};

/** Which of these messages exist: of the batch itself (retries), or answered by it (replyTo). */
export const readStored: Statement = {
  name: 'batch_stored',
  text: `select m.conversation_id as "conversationId", m.id
    from unnest($1::uuid[], $2::uuid[]) as r (conversation_id, id)
    join messages m on m.conversation_id = r.conversation_id and m.id = r.id`,
};

/**
 * Everything a batch writes, in one statement: counters, messages, log rows, and the markers of the
 * senders, for who sends has read what stood above. The parts touch different tables, so none
 * needs to see what another did.
 */
export const writeAll: Statement = {
  name: 'batch_write',
  text: `with bumped as (
      update conversations c
      set last_seq = c.last_seq + b.n, last_pos = c.last_pos + b.n, updated_at = $1
      from unnest($2::uuid[], $3::integer[]) as b (id, n) where c.id = b.id
    ), stored as (
      insert into messages (conversation_id, id, seq, sender_id, kind, body, reply_to, created_at)
      select conversation_id, id, seq, sender_id, 1, body, reply_to, $1
      from unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::uuid[], $8::bytea[], $9::uuid[])
        as m (conversation_id, id, seq, sender_id, body, reply_to)
    ), logged as (
      insert into log (conversation_id, pos, type, subject_id, actor_id, at)
      select conversation_id, pos, 1, subject_id, actor_id, $1
      from unnest($4::uuid[], $10::bigint[], $5::uuid[], $7::uuid[])
        as l (conversation_id, pos, subject_id, actor_id)
    )
    update members m
    set last_read_seq = greatest(m.last_read_seq, s.seq),
      last_delivered_seq = greatest(m.last_delivered_seq, s.seq)
    from unnest($11::uuid[], $12::uuid[], $13::bigint[]) as s (conversation_id, user_id, seq)
    where m.conversation_id = s.conversation_id and m.user_id = s.user_id`,
};
