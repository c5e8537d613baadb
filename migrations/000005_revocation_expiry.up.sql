set lock_timeout = '3s';

-- A token that is revoked by its id needs no row once it has expired by itself. Who writes none
-- (the release before) means the longest life that a token is thought to have.
alter table revocations
  add column expires_at timestamptz not null default now() + interval '400 days';
