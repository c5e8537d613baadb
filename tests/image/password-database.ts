import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@nova/embedded-postgres';
import pg from 'pg';

export interface PasswordDatabase extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** As the superuser, past the password. */
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
}

/** A PostgreSQL on loopback that asks for a password, with an empty database of that name. */
export async function startPasswordDatabase(name: string): Promise<PasswordDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nova-image-'));
  chmodSync(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false, listen: 0 });
  const password = 'p@ss word/of #1';
  const client = new pg.Client({ connectionString: postgres.connectionString });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.query(`alter role ${postgres.user} password ${pg.escapeLiteral(password)}`);
  writeFileSync(
    join(dataDir, 'cluster/pg_hba.conf'),
    'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  await client.query('select pg_reload_conf()');
  await client.end();
  const connection = {
    host: '127.0.0.1',
    port: postgres.port,
    user: postgres.user,
    password,
    database: name,
  };
  return {
    port: postgres.port,
    user: postgres.user,
    password,
    async query(text) {
      const own = new pg.Client(connection);
      await own.connect();
      try {
        return (await own.query(text)).rows;
      } finally {
        await own.end();
      }
    },
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
