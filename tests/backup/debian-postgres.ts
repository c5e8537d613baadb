import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type TestDatabase, until } from '@nova/dev-env';
import pg from 'pg';
import { serverDirectories } from '../../scripts/special-tests/database-tools.ts';

export interface DebianPostgres extends AsyncDisposable {
  /** Of its programs: pg_dump, pg_restore, psql. */
  readonly binaries: string;
  /** Drops the database of that name where it is there, and creates it empty. */
  createEmpty(name: string): Promise<TestDatabase>;
}

const superuser = 'postgres';
const nobody = 65534;

/** Debian's PostgreSQL on a free port of loopback, without passwords. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const binaries = serverDirectories().at(-1) ?? '';
  const directory = mkdtempSync(join(tmpdir(), 'nova-backup-'));
  // PostgreSQL refuses to run as root.
  const runAs = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if ('uid' in runAs) chownSync(directory, nobody, nobody);
  chmodSync(directory, 0o755);
  const cluster = join(directory, 'cluster');
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', cluster, '-U', superuser, '--auth=trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...runAs, cwd: directory, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
  const server = spawn(
    join(binaries, 'postgres'),
    [
      ...['-D', cluster, '-p', String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...runAs, cwd: directory, stdio: 'ignore' },
  );
  const urlOf = (name: string) => `postgresql://${superuser}@127.0.0.1:${port}/${name}`;
  await until('PostgreSQL', () => query(urlOf('postgres'), 'select 1').catch(() => undefined));
  return {
    binaries,
    async createEmpty(name) {
      await query(urlOf('postgres'), `drop database if exists ${name} with (force)`);
      await query(urlOf('postgres'), `create database ${name}`);
      const url = urlOf(name);
      return { url, query: (text, values) => query(url, text, values) };
    },
    async [Symbol.asyncDispose]() {
      const exited = once(server, 'exit');
      server.kill('SIGQUIT');
      await exited;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
