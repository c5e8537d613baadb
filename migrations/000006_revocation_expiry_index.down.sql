drop index concurrently revocations_expiry;
