import { expect, it } from 'vitest';
import { advisoryLockId } from './lock-id.ts';

// Recorded from golang-migrate 4.20.1: its own function, and pg_locks while it held the lock.
it.each([
  ['/nova', 'public', 'schema_migrations', '1142328019'],
  ['/nova', 'public', 'other_versions', '1340904256'],
  ['/nova', 'extra', 'versions', '3321202363'],
  ['/other', 'public', 'schema_migrations', '413739066'],
  ['nova', 'public', 'schema_migrations', '3304320945'],
])('the lock of %s, %s.%s is %s', (database, schema, table, expected) => {
  expect(advisoryLockId(database, schema, table)).toBe(expected);
});
