-- When a user's last socket closed. Who is online now is not stored here: sockets die with their
-- node, rows do not.
create table presence (
  user_id uuid primary key,
  last_seen_at timestamptz not null
) with (fillfactor = 70);
