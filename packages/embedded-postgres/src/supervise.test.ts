import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { superviseEmbeddedPostgres } from './index.ts';
import { readPidFile } from './pid-file.ts';
import { isAlive } from './process-table.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-supervise-test-'));
fs.chmodSync(root, 0o755);
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function absent(): never {
  throw new Error('no server yet');
}

describe('a supervised PostgreSQL', () => {
  it('that is killed comes back at the same address with what was committed', async () => {
    const told: string[] = [];
    const postgres = await superviseEmbeddedPostgres(
      { dataDir: path.join(root, 'killed') },
      {
        onExited: (reason) => told.push(`exited ${reason}`),
        onRestarted: (pid) => told.push(`restarted ${pid}`),
      },
    );
    try {
      const { connectionString, pid } = postgres;
      await query(connectionString, 'create table written (n int)');
      for (const n of [1, 2]) {
        await query(connectionString, `insert into written values (${n})`);
        const killed = postgres.pid;
        process.kill(killed, 'SIGKILL');
        await vi.waitFor(() => expect(postgres.pid).not.toBe(killed), 30_000);
      }
      expect(await query(connectionString, 'select n from written')).toEqual([{ n: 1 }, { n: 2 }]);
      expect(told).toHaveLength(4);
      expect(told.slice(2)).toEqual(['exited SIGKILL', `restarted ${postgres.pid}`]);
      expect(isAlive(pid)).toBe(false);
    } finally {
      await postgres.stop();
    }
    expect(isAlive(postgres.pid)).toBe(false);
  });

  it('that is killed while it starts for the first time is started again', async () => {
    const dataDir = path.join(root, 'early');
    const made = await superviseEmbeddedPostgres({ dataDir, durable: false });
    await made.stop();
    // The server is ready so soon that it may be too late once or twice.
    for (let early: string[] = []; early.length === 0; ) {
      let up = false;
      const starting = superviseEmbeddedPostgres(
        { dataDir, durable: false },
        { onExited: (reason) => !up && early.push(`exited ${reason}`) },
      );
      const found = await vi.waitFor(() => readPidFile(path.join(dataDir, 'cluster')) ?? absent(), {
        timeout: 30_000,
        interval: 1,
      });
      if (found.status !== 'ready') process.kill(found.pid, 'SIGKILL');
      const postgres = await starting;
      up = true;
      try {
        expect(await query(postgres.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
        if (early.length > 0) expect(early).toEqual(['exited SIGKILL']);
      } finally {
        await postgres.stop();
      }
    }
  });

  it('that cannot be started again is tried until it can', async () => {
    const dataDir = path.join(root, 'refused');
    let failures = 0;
    const postgres = await superviseEmbeddedPostgres(
      { dataDir, durable: false },
      {
        onRestartFailed: () => {
          failures += 1;
        },
      },
    );
    const version = path.join(dataDir, 'cluster', 'PG_VERSION');
    const found = fs.readFileSync(version);
    try {
      fs.writeFileSync(version, '1');
      const killed = postgres.pid;
      process.kill(killed, 'SIGKILL');
      await vi.waitFor(() => expect(failures).toBeGreaterThan(1), 30_000);
      fs.writeFileSync(version, found);
      await vi.waitFor(() => expect(postgres.pid).not.toBe(killed), 30_000);
      expect(await query(postgres.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await postgres.stop();
    }
  });

  it('that is stopped while it is down stays down', async () => {
    const restarted = vi.fn();
    const exited = Promise.withResolvers<void>();
    const postgres = await superviseEmbeddedPostgres(
      { dataDir: path.join(root, 'stopped'), durable: false },
      { onExited: () => exited.resolve(), onRestarted: restarted },
    );
    process.kill(postgres.pid, 'SIGKILL');
    await exited.promise;
    await postgres.stop();
    expect(restarted).not.toHaveBeenCalled();
    expect(isAlive(postgres.pid)).toBe(false);
  });
});
