-- What nodes share when they relay the log to Kafka, and what they learn of users from there.

create table relay_state (
  singleton boolean primary key default true check (singleton),
  -- Every row of an older transaction is with Kafka.
  horizon xid8 not null default '0',
  -- Raised by each node that takes over: one that was stopped meanwhile no longer moves the horizon.
  fence bigint not null default 0,
  moved_at timestamptz not null default now()
);
insert into relay_state default values;

-- Events on users that were processed, each noted in the transaction that did what it asks for.
create table user_events (
  id uuid primary key,
  at timestamptz not null default now()
);
create index user_events_age on user_events (at);

alter table users
  alter column name drop not null,
  add column avatar_url text,
  -- Time of the newest profile event: from then on names in tokens are not taken over.
  add column profile_at timestamptz,
  add column deleted_at timestamptz;

create table blocks (
  blocker_id uuid not null,
  blocked_id uuid not null,
  -- An event that was overtaken by a newer one changes nothing; lifted blocks are kept for that.
  at timestamptz not null,
  lifted boolean not null,
  primary key (blocker_id, blocked_id),
  check (blocker_id <> blocked_id)
);
create index blocks_blocked on blocks (blocked_id, blocker_id) where not lifted;

create table revocations (
  user_id uuid not null,
  -- The one token (its jti) that is refused; empty: all that were issued before the time.
  token_id text not null,
  issued_before timestamptz not null,
  -- The transaction that wrote it: nodes look for newer ones.
  xid xid8 not null default pg_current_xact_id(),
  primary key (user_id, token_id)
);
create index revocations_xid on revocations (xid);
