/** PostgreSQL clusters with the tables in them, made once for a run of tests and then copied. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import { askStarter } from '@nova/test-kafka/starter';
import pg from 'pg';

const execute = promisify(execFile);
const nova = fileURLToPath(new URL('../../../../apps/server/src/bin/nova.ts', import.meta.url));
const migrations = fileURLToPath(new URL('../../../../migrations', import.meta.url));

/** Where the tests of a run ask for the cluster that they copy. */
export const starterVariable = 'NOVA_TEST_POSTGRES_STARTER';

/** The database of a prepared cluster that has the tables of the migrations, to be copied. */
export const templateDatabase = 'nova_template';

/** A data directory for `startEmbeddedPostgres` with `templateDatabase` in it. */
export async function preparedDataDirectory(): Promise<string> {
  const prepared = await askStarter(starterVariable);
  if (prepared === undefined) return await prepareCluster();
  // Beside the one of the run, which ends with it: a worker may be killed before it clears up.
  const dataDir = makeDataDirectory(path.dirname(prepared));
  // Only `cp` keeps the owner of each file, without which the server refuses them.
  await execute('cp', ['-a', path.join(prepared, 'cluster'), dataDir]);
  return dataDir;
}

/** The same the long way, which takes what initdb and the migrations take. */
export async function prepareCluster(parent = os.tmpdir()): Promise<string> {
  const dataDir = makeDataDirectory(parent);
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
  try {
    const client = new pg.Client({ connectionString: postgres.connectionString });
    await client.connect();
    await client.query(`create database ${templateDatabase}`);
    await client.end();
    const words = ['--conditions=source', nova, 'migrate', '-path', migrations];
    const url = postgres.connectionStringFor(templateDatabase);
    await execute(process.execPath, [...words, '-database', url, 'up']);
  } finally {
    await postgres.stop();
  }
  return dataDir;
}

/** An empty directory for clusters, or for one. */
export function makeDataDirectory(parent: string): string {
  const dataDir = fs.mkdtempSync(path.join(parent, 'nova-postgres-'));
  // Started by root, the server is another user, who must get through to its files.
  fs.chmodSync(dataDir, 0o711);
  return dataDir;
}
