-- What can be forgotten is looked for again and again.
create index concurrently if not exists revocations_expiry on revocations (expires_at) where token_id <> '';
