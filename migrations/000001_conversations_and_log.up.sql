-- Conversations, their members and messages, and the log that every reader follows.
-- No foreign key leads from messages and log to conversations: the writer holds the lock of the
-- conversation row for every insert, and a key check per row would lock that row once more.

create table service_state (
  singleton boolean primary key default true check (singleton),
  -- Identity of the log. Renewed when a backup is restored: positions handed out before then are
  -- worthless, and clients that bring them list afresh.
  epoch uuid not null default gen_random_uuid()
);
insert into service_state default values;

create table users (
  id uuid primary key,
  name text not null,
  updated_at timestamptz not null default now()
);

create table conversations (
  id uuid primary key,
  kind text not null check (kind in ('direct', 'group')),
  -- The pair of a direct conversation, the smaller id first.
  low_user_id uuid,
  high_user_id uuid,
  title text,
  avatar_url text,
  created_by uuid not null,
  member_count integer not null,
  -- Numbers of the newest message and of the newest log row: gapless, bumped under the row lock.
  last_seq bigint not null default 0,
  last_pos bigint not null default 0,
  -- The conversation's data key, sealed by the master key of that id.
  sealed_key bytea not null,
  master_key_id text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((kind = 'direct') = (low_user_id is not null and high_user_id is not null)),
  check (low_user_id is null or low_user_id <= high_user_id)
) with (fillfactor = 70);
create unique index conversations_direct_pair on conversations (low_user_id, high_user_id)
  where kind = 'direct';
create index conversations_master_key on conversations (master_key_id, id);

create table members (
  conversation_id uuid not null references conversations (id),
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'moderator', 'member')),
  joined_at timestamptz not null,
  -- The log position of the joining: later rows are the member's to see as events.
  joined_pos bigint not null,
  last_read_seq bigint not null default 0,
  last_delivered_seq bigint not null default 0,
  -- The transaction that last moved a marker by itself: resume, and nodes that the bus did not
  -- reach, find the moved ones by it. Markers that move with a message are told with it.
  receipt_xid xid8 not null default pg_current_xact_id(),
  muted_until timestamptz,
  pinned_at timestamptz,
  archived_at timestamptz,
  primary key (conversation_id, user_id)
) with (fillfactor = 80);
create index members_user on members (user_id, conversation_id);
create index members_receipt on members (receipt_xid);

create table messages (
  conversation_id uuid not null,
  id uuid not null,
  seq bigint not null,
  sender_id uuid not null,
  kind smallint not null,
  -- Sealed text; null once deleted.
  body bytea,
  reply_to uuid,
  version integer not null default 1,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (conversation_id, id)
);
create unique index messages_seq on messages (conversation_id, seq);
-- Unread is last_seq - last_read_seq less what was deleted past the marker.
create index messages_deleted on messages (conversation_id, seq) where deleted_at is not null;

create table message_versions (
  conversation_id uuid not null,
  message_id uuid not null,
  version integer not null,
  body bytea not null,
  at timestamptz not null,
  primary key (conversation_id, message_id, version)
);

create table reactions (
  conversation_id uuid not null,
  message_id uuid not null,
  emoji text not null,
  user_id uuid not null,
  created_at timestamptz not null,
  primary key (conversation_id, message_id, emoji, user_id)
);

create table log (
  xid xid8 not null default pg_current_xact_id(),
  id bigint generated always as identity,
  -- Exactly one of the two: a row belongs to a conversation, or concerns one user alone.
  conversation_id uuid,
  user_id uuid,
  pos bigint,
  type smallint not null,
  -- What the row is about; never message text. A user's row names its conversation here.
  subject_id uuid,
  actor_id uuid,
  data jsonb,
  at timestamptz not null,
  primary key (xid, id),
  check ((conversation_id is null) <> (user_id is null)),
  check ((conversation_id is null) = (pos is null))
);
create unique index log_conversation on log (conversation_id, pos) include (xid)
  where conversation_id is not null;
create index log_user on log (user_id, xid, id) where user_id is not null;

create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  operation text not null,
  request_hash bytea not null,
  -- The first reply, sealed: it may hold message text.
  reply bytea not null,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
