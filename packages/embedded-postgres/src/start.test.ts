import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nova-start-test-'));
fs.chmodSync(root, 0o755);
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

async function query(connectionString: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

describe('a running embedded PostgreSQL', () => {
  const dataDir = path.join(root, 'running');
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    postgres = await startEmbeddedPostgres({ dataDir, durable: false });
  });
  afterAll(() => postgres.stop());

  it('sorts and folds text by code point, the same on every system', async () => {
    const rows = await query(
      postgres.connectionString,
      `select datlocprovider::text, datlocale, pg_encoding_to_char(encoding), upper('é')
         from pg_database where datname = current_database()`,
    );
    expect(rows).toEqual([['b', 'C.UTF-8', 'UTF8', 'É']]);
  });

  it('serves other databases under their own URL', async () => {
    await query(postgres.connectionString, 'create database "odd / näme"');
    const url = postgres.connectionStringFor('odd / näme');
    expect(URL.canParse(url)).toBe(true);
    expect(await query(url, 'select current_database()')).toEqual([['odd / näme']]);
  });

  it('listens on a private socket and not on TCP', async () => {
    expect(await query(postgres.connectionString, 'show listen_addresses')).toEqual([['']]);
    expect(fs.statSync(postgres.host).mode & 0o777).toBe(0o700);
  });

  it('leads a process group of its own, so that Ctrl-C does not reach it', () => {
    expect(process.kill(-postgres.pid, 0)).toBe(true);
  });

  it('refuses a second start on the same directory, naming it and the server', async () => {
    const second = startEmbeddedPostgres({ dataDir });
    await expect(second).rejects.toThrow(`${dataDir} is in use by process ${process.pid}`);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`pid ${postgres.pid}`);
    expect(await query(postgres.connectionString, 'select 1')).toEqual([[1]]);
  });

  it('runs beside one with another directory, which may also listen on TCP', async () => {
    const other = await startEmbeddedPostgres({
      dataDir: path.join(root, 'other'),
      durable: false,
      listen: 0,
      settings: { work_mem: '3MB' },
    });
    try {
      expect(other.host).toBe('127.0.0.1');
      expect(other.connectionString).toContain(`@127.0.0.1:${other.port}/`);
      expect(await query(other.connectionString, 'show work_mem')).toEqual([['3MB']]);
      expect(await query(postgres.connectionString, 'show work_mem')).not.toEqual([['3MB']]);
    } finally {
      await other.stop();
    }
  });
});

describe('starting and stopping', () => {
  it('keeps what was written, and leaves no socket or claim behind', async () => {
    const dataDir = path.join(root, 'kept');
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.connectionString, 'create table t as select 7 as n');
    await Promise.all([first.stop(), first.stop()]);
    expect(await first.exited).toBe(0);
    expect(fs.existsSync(first.host)).toBe(false);
    expect(fs.readdirSync(dataDir)).toEqual(['cluster']);

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.connectionString, 'select n from t')).toEqual([[7]]);
    expect(await query(second.connectionString, 'show fsync')).toEqual([['on']]);
    await second.stop();
  });

  it('reports why the server refused to start, and can be tried again', async () => {
    const dataDir = path.join(root, 'refused');
    const bad = startEmbeddedPostgres({ dataDir, durable: false, settings: { nonsense: '1' } });
    await expect(bad).rejects.toThrow('unrecognized configuration parameter "nonsense"');
    const good = await startEmbeddedPostgres({ dataDir, durable: false });
    await good.stop();
  });

  it('starts over when an earlier first start was killed half-way', async () => {
    const dataDir = path.join(root, 'half');
    fs.mkdirSync(path.join(dataDir, 'cluster.draft-1/base'), { recursive: true });
    fs.writeFileSync(path.join(dataDir, 'cluster.draft-1/PG_VERSION'), '18\n');
    const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(await query(postgres.connectionString, 'select 1')).toEqual([[1]]);
    await postgres.stop();
    expect(fs.readdirSync(dataDir)).toEqual(['cluster']);
  });

  it('refuses a cluster of another major version and a directory that is no cluster', async () => {
    const dataDir = path.join(root, 'foreign');
    fs.mkdirSync(path.join(dataDir, 'cluster'), { recursive: true });
    fs.writeFileSync(path.join(dataDir, 'cluster/letter.txt'), 'dear');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('neither empty nor');
    fs.writeFileSync(path.join(dataDir, 'cluster/PG_VERSION'), '9\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('made by PostgreSQL 9');
    expect(fs.readFileSync(path.join(dataDir, 'cluster/letter.txt'), 'utf8')).toBe('dear');
  });

  it('works below a directory that only its owner may enter', async () => {
    const home = path.join(root, 'home');
    fs.mkdirSync(home, { mode: 0o700 });
    const dataDir = path.join(home, 'clone/.nova/postgres');
    for (const round of [1, 2]) {
      const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
      expect(await query(postgres.connectionString, `select ${round}`)).toEqual([[round]]);
      await postgres.stop();
    }
    expect(fs.statSync(home).mode & 0o777).toBe(0o700);
  });
});
