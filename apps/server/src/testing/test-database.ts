/** A real PostgreSQL for one test file: its tables are those of the migrations. */
import fs from 'node:fs';
import { preparedDataDirectory, templateDatabase } from '@nova/dev-env/postgres';
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

export async function openTestDatabase(maxConnections = 8): Promise<TestDatabase> {
  const dataDir = await preparedDataDirectory();
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
  const opened: Database[] = [];
  let clones = 0;

  const clone = async () => {
    clones += 1;
    const name = `nova_${clones}`;
    await execute(
      postgres.connectionString,
      `create database ${name} template ${templateDatabase}`,
    );
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

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
