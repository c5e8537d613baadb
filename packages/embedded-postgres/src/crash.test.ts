import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { isAlive } from './process-table.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-crash-test-'));
fs.chmodSync(root, 0o755);
const dataDir = path.join(root, 'postgres');
const cluster = path.join(dataDir, 'cluster');

beforeAll(async () => {
  const postgres = await startEmbeddedPostgres({ dataDir });
  const client = await connect(postgres.connectionString);
  await client.query('create table written (n int)');
  await client.end();
  await postgres.stop();
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  // The server is killed under it.
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function write(connectionString: string, n: number): Promise<void> {
  const client = await connect(connectionString);
  await client.query('insert into written values ($1)', [n]);
  await client.end();
}

async function expectWrittenAfterRestart(n: number): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    const client = await connect(postgres.connectionString);
    const { rows } = await client.query('select n from written where n = $1', [n]);
    await client.end();
    expect(rows).toEqual([{ n }]);
  } finally {
    await postgres.stop();
  }
}

interface Holder {
  readonly process: ChildProcess;
  readonly serverPid: number;
  readonly connectionString: string;
}

/** Another process that starts the server on the same directory and keeps it. */
async function startHolder(searchPath = process.env.PATH): Promise<Holder> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    const postgres = await startEmbeddedPostgres({ dataDir: process.argv[1] });
    console.log(JSON.stringify({ serverPid: postgres.pid, connectionString: postgres.connectionString }));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: searchPath },
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { process: child, ...JSON.parse(String(line)) };
}

async function killHolder(holder: Holder): Promise<void> {
  const exited = once(holder.process, 'exit');
  holder.process.kill('SIGKILL');
  await exited;
}

describe('when the process that started the server is killed', () => {
  it.runIf(process.platform === 'linux')('the server ends by itself', async () => {
    const holder = await startHolder();
    await write(holder.connectionString, 1);
    await killHolder(holder);
    await vi.waitFor(() => expect(isAlive(holder.serverPid)).toBe(false), 20_000);
    await expectWrittenAfterRestart(1);
  });

  it('a start at the same moment waits for the old server and succeeds', async () => {
    const holder = await startHolder();
    await write(holder.connectionString, 2);
    await killHolder(holder);
    await expectWrittenAfterRestart(2);
    expect(isAlive(holder.serverPid)).toBe(false);
  });

  it('the next start ends a server that was not told of the death', async () => {
    const holder = await startHolder('/nowhere');
    await write(holder.connectionString, 3);
    await killHolder(holder);
    expect(isAlive(holder.serverPid)).toBe(true);
    await expectWrittenAfterRestart(3);
    expect(isAlive(holder.serverPid)).toBe(false);
  });

  it('a living process is not robbed of its server', async () => {
    const holder = await startHolder();
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      `${dataDir} is in use by process ${holder.process.pid} (PostgreSQL pid ${holder.serverPid})`,
    );
    await write(holder.connectionString, 4);
    await killHolder(holder);
    await expectWrittenAfterRestart(4);
  });
});

describe('when the server is killed', () => {
  it('tells, and the next start recovers what was committed', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    await write(postgres.connectionString, 5);
    postgres.kill();
    expect(await postgres.exited).toBe('SIGKILL');
    await postgres.stop();
    await expectWrittenAfterRestart(5);
  });

  it('the next start outlasts a session that is still busy', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    await write(postgres.connectionString, 6);
    const client = await connect(postgres.connectionString);
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const busy = client.query('select count(*) from generate_series(1, 100000000000)');
    const cut = expect(busy).rejects.toThrow();
    const watcher = await connect(postgres.connectionString);
    await vi.waitFor(async () => {
      const active = await watcher.query('select state from pg_stat_activity where pid = $1', [
        rows[0].pid,
      ]);
      expect(active.rows).toEqual([{ state: 'active' }]);
    });
    postgres.kill();
    await postgres.exited;
    expect(isAlive(rows[0].pid)).toBe(true);
    await expectWrittenAfterRestart(6);
    await cut;
  });

  it('a pid file that names a stranger does not stop the next start', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    await write(postgres.connectionString, 7);
    postgres.kill();
    await postgres.exited;
    const { uid, gid } = fs.statSync(cluster);
    const stranger = spawn('/bin/sleep', ['600'], { uid, gid, cwd: '/', stdio: 'ignore' });
    try {
      const file = path.join(cluster, 'postmaster.pid');
      const [, ...rest] = fs.readFileSync(file, 'utf8').split('\n');
      fs.writeFileSync(file, [stranger.pid, ...rest].join('\n'));
      await expectWrittenAfterRestart(7);
      expect(stranger.exitCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });
});
