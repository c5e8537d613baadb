drop index concurrently if exists revocations_expiry;
