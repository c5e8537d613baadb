import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { Lease } from './lease.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const find = {
  name: 'test_lease_backend',
  text: `select pid from pg_stat_activity where application_name = 'nova-relay'`,
};

test('a server that is slow to answer is not asked again meanwhile', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const lease = new Lease({
    connectionString: database.connectionString,
    onLost: () => undefined,
  });
  expect(await lease.acquire()).toBe(true);
  const [backend] = await database.db.rows<{ pid: number }>(find);
  if (backend === undefined) throw new Error('the lease has no connection');
  process.kill(backend.pid, 'SIGSTOP');
  try {
    await expect.poll(() => lease.held, { timeout: 5_000 }).toBe(false);
  } finally {
    process.kill(backend.pid, 'SIGCONT');
  }
  await expect.poll(() => lease.held, { timeout: 5_000 }).toBe(true);
  await lease.release();
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});
