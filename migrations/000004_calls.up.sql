-- Calls, who is in one, and the nodes whose sockets they are on. Every change of a call is made
-- under the lock of its conversation's row.

create table calls (
  id uuid primary key,
  conversation_id uuid not null,
  kind text not null check (kind in ('audio', 'video')),
  state text not null
    check (state in ('ringing', 'connecting', 'active', 'reconnecting', 'ended')),
  created_by uuid not null,
  -- Compare-and-set: a change names the version it was made from.
  version integer not null,
  -- The transaction of the newest change: resume and the net under the bus find calls by it.
  changed_xid xid8 not null default pg_current_xact_id(),
  -- Participants, legs and times, as calls/call-facts.ts has them. No descriptions, no candidates.
  facts jsonb not null,
  -- When any node has to look at the call; null once it is over.
  deadline timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'ended') = (deadline is null))
) with (fillfactor = 70);
-- One live call of a conversation: who calls at the same moment finds the other's call.
create unique index calls_live on calls (conversation_id) where state <> 'ended';
create index calls_changed on calls (changed_xid, id);
create index calls_deadline on calls (deadline) where state <> 'ended';

-- Whom a call is or was about: the live ones and the history of a user.
create table call_participants (
  call_id uuid not null,
  user_id uuid not null,
  conversation_id uuid not null,
  -- Null while the call is live; written once, with the call's end.
  ended_at timestamptz,
  primary key (call_id, user_id)
) with (fillfactor = 80);
create index call_participants_live on call_participants (user_id) where ended_at is null;
create index call_participants_history on call_participants (user_id, ended_at desc, call_id desc)
  where ended_at is not null;

-- The legs that are there now. The key is the promise: a user is in one call, with one device.
create table call_legs (
  user_id uuid primary key,
  call_id uuid not null,
  node_id uuid
) with (fillfactor = 70);
create index call_legs_call on call_legs (call_id);

-- Nodes that say that they are alive. The sockets of one that does not are lost.
create table call_nodes (
  id uuid primary key,
  seen_at timestamptz not null
) with (fillfactor = 50);
