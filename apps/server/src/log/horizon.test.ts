import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import { afterAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '#db/database.js';
import { openMigrator } from '#db/migrate/migrator.js';
import { readHorizon } from './reader.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-horizon-test-'));
fs.chmodSync(root, 0o755);
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const directory = path.resolve(import.meta.dirname, '../../../../migrations');

async function withDatabase<Result>(
  look: (db: Database, kill: () => void) => Promise<Result>,
): Promise<Result> {
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(root, 'postgres') });
  const { connectionString } = postgres;
  const migrator = await openMigrator({ databaseUrl: connectionString, directory });
  await migrator.up();
  await migrator.close();
  const db = openDatabase({
    ...{ connectionString, maxConnections: 2, poolTimeoutMs: 10_000, idleTimeoutMs: 10_000 },
    onConnectionError: () => {},
  });
  try {
    return await look(db, postgres.kill);
  } finally {
    await db.close();
    await postgres.stop();
  }
}

const lock = { name: 'test_lock', text: 'select epoch from service_state for update' };

it('never goes back over a crash of the database, whatever was rolled back before', async () => {
  const before = await withDatabase(async (db, kill) => {
    for (let count = 0; count < 20; count++) {
      const rolledBack = db.transaction(async (tx) => {
        await tx.rows(lock);
        throw new Error('on purpose');
      });
      await expect(rolledBack).rejects.toThrow('on purpose');
    }
    const { horizon } = await readHorizon(db);
    kill();
    return horizon;
  });
  const after = await withDatabase(async (db) => (await readHorizon(db)).horizon);
  expect(after).toBeGreaterThanOrEqual(before);
});
