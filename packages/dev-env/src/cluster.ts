/** PostgreSQL for tests: one server per process, a database of its own for each node. */
import fs from 'node:fs';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';
import { preparedDataDirectory, templateDatabase } from './postgres/prepared-cluster.ts';

export interface TestDatabase {
  readonly url: string;
  /** One statement, for looking at or preparing what is stored. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface TestCluster {
  /** A fresh database with the tables of the migrations. */
  createDatabase(): Promise<TestDatabase>;
  /** Ends the server; its files stay, so that `start` finds them. */
  stop(): Promise<void>;
  /** SIGKILL, as when the machine loses it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and deletes its files. */
  close(): Promise<void>;
}

/** A server of the test's own, which it may stop and start; `durable` where it must survive. */
export async function openCluster({ durable = false } = {}): Promise<TestCluster> {
  const dataDir = await preparedDataDirectory();
  const boot = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir, durable, settings: { max_connections: '200' } });
  let postgres = await boot();
  const emergency = (): void => {
    postgres.kill();
    fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', emergency);
  let databases = 0;
  return {
    async createDatabase() {
      const name = `nova_${++databases}`;
      await execute(
        postgres.connectionString,
        `create database ${name} template ${templateDatabase} strategy file_copy`,
      );
      const url = postgres.connectionStringFor(name);
      return { url, query: (text, values = []) => execute(url, text, values) };
    },
    stop: () => postgres.stop(),
    async kill() {
      postgres.kill();
      await postgres.exited;
    },
    async start() {
      postgres = await boot();
    },
    async close() {
      process.off('exit', emergency);
      await postgres.stop();
      fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

let shared: Promise<TestCluster> | undefined;

/** A database on the server that all tests of this process share: from the first call to its end. */
export async function createTestDatabase(): Promise<TestDatabase> {
  shared ??= openCluster();
  return (await shared).createDatabase();
}

async function execute<Row extends pg.QueryResultRow>(
  connectionString: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
