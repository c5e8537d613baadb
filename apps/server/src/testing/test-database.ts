/** A real PostgreSQL for one test file: its tables are those of the migrations. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';
import { type Database, openDatabase } from '#db/database.js';

export interface TestDatabase {
  readonly db: Database;
  readonly connectionString: string;
  /** Another fresh database on the same server. */
  clone(): Promise<{ readonly db: Database; readonly connectionString: string }>;
  /** Ends every connection and the server, and deletes its files. */
  close(): Promise<void>;
}

const migrationsDir = new URL('../../../../migrations/', import.meta.url);
const template = 'nova_template';

export async function openTestDatabase(maxConnections = 8): Promise<TestDatabase> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-test-'));
  // Started by root, the server is another user, who must get through to its files.
  fs.chmodSync(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
  const opened: Database[] = [];
  let clones = 0;

  const clone = async () => {
    clones += 1;
    const name = `nova_${clones}`;
    await execute(postgres.connectionString, `create database ${name} template ${template}`);
    const connectionString = postgres.connectionStringFor(name);
    const db = openDatabase({
      connectionString,
      maxConnections,
      poolTimeoutMs: 10_000,
      idleTimeoutMs: 10_000,
    });
    opened.push(db);
    return { db, connectionString };
  };

  await execute(postgres.connectionString, `create database ${template}`);
  for (const file of migrationFiles()) {
    const sql = fs.readFileSync(new URL(file, migrationsDir), 'utf8');
    await execute(postgres.connectionStringFor(template), sql);
  }
  return {
    ...(await clone()),
    clone,
    async close() {
      await Promise.all(opened.map((db) => db.close()));
      await postgres.stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const migrationFiles = (): string[] =>
  fs
    .readdirSync(migrationsDir)
    .filter((name) => name.endsWith('.up.sql'))
    .sort();

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
