// Our migrate beside the one whose format, table and lock it shares: either goes on where the other
// stopped.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@nova/dev-env';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PasswordDatabase, startPasswordDatabase } from '../image/password-database.ts';
import { type Migrate, migrators } from './migrators.ts';

const { ours, golang } = migrators;
const schema = fileURLToPath(new URL('../../migrations', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'nova-migrations-'));
let server: PasswordDatabase;
let databases = 0;

beforeAll(async () => {
  server = await startPasswordDatabase('first');
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

/** An empty database, its address as the guide writes it, and one connection. */
async function empty() {
  databases += 1;
  const name = `database_${databases}`;
  await server.query(`create database ${name}`);
  const credentials = `${server.user}:${encodeURIComponent(server.password)}`;
  const address = `postgresql://${credentials}@127.0.0.1:${server.port}/${name}`;
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  return {
    address,
    // golang-migrate insists on TLS unless it is told otherwise.
    database: `${address}?sslmode=disable`,
    query: async (text: string): Promise<unknown[]> => (await client.query(text)).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}

type Empty = Awaited<ReturnType<typeof empty>>;

function files(name: string, texts: Readonly<Record<string, string>>): string {
  const directory = join(root, name);
  mkdirSync(directory);
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(directory, file), text);
  return directory;
}

const on =
  (migrate: Migrate, { database }: Empty, path = schema) =>
  (...words: readonly string[]) =>
    migrate('-path', path, '-database', database, ...words);

/** Every column, index and constraint that somebody could tell the two schemas by. */
async function shapeOf({ query }: Empty): Promise<readonly unknown[]> {
  return [
    await query(`select table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public' order by 1, ordinal_position`),
    await query(`select indexdef from pg_indexes where schemaname = 'public' order by 1`),
    await query(`select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace order by 1, 2`),
    await query('select version, dirty from schema_migrations'),
  ];
}

test('both make the same schema and the same table of versions, in the same words', async () => {
  await using one = await empty();
  await using other = await empty();
  const [said, echoed] = [await on(ours, one)('up'), await on(golang, other)('up')];
  expect(said).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^1\/u \w+$/m) });
  expect(said).toEqual(echoed);
  expect(await shapeOf(one)).toEqual(await shapeOf(other));
});

test('the command of the guide, word for word, needs nothing more', async () => {
  await using one = await empty();
  const { exitCode } = await ours('-path', schema, '-database', one.address, 'up');
  expect(exitCode).toBe(0);
  expect(await on(golang, one)('up')).toEqual({ exitCode: 0, output: 'no change\n' });
});

describe.each([
  ['ours', 'golang-migrate', ours, golang],
  ['golang-migrate', 'ours', golang, ours],
])('%s begins, %s goes on', (_first, _second, first, second) => {
  test('up, down and to a version', async () => {
    await using one = await empty();
    const [begin, goOn] = [on(first, one), on(second, one)];
    expect((await begin('up', '2')).exitCode).toBe(0);
    expect(await goOn('version')).toEqual({ exitCode: 0, output: '2\n' });
    expect((await goOn('up')).output).toMatch(/^3\/u presence\n/);
    expect(await begin('up')).toEqual({ exitCode: 0, output: 'no change\n' });
    expect((await goOn('down', '1')).output).toMatch(/^\d\/d \w+\n$/);
    expect((await begin('goto', '1')).output).toMatch(/2\/d relay\n$/);
    expect(await goOn('version')).toEqual({ exitCode: 0, output: '1\n' });
  });

  test('what broke off is dirty for both, until one of them is told that it is mended', async () => {
    await using one = await empty();
    const path = files(`broken-${databases}`, {
      '1_good.up.sql': 'create table good ()',
      '2_bad.up.sql': 'create table bad (',
      '3_better.up.sql': 'create table better ()',
    });
    const [begin, goOn] = [on(first, one, path), on(second, one, path)];
    expect((await begin('up')).exitCode).toBe(1);
    expect(await goOn('version')).toEqual({ exitCode: 0, output: '2 (dirty)\n' });
    const refused = {
      exitCode: 1,
      output: 'error: Dirty database version 2. Fix and force version.\n',
    };
    expect(await goOn('up')).toEqual(refused);
    expect(await begin('up')).toEqual(refused);
    expect(await goOn('force', '2')).toEqual({ exitCode: 0, output: '' });
    expect(await begin('up')).toEqual({ exitCode: 0, output: '3/u better\n' });
  });

  test('while one migrates the other waits, and then has nothing to do', async () => {
    await using one = await empty();
    const path = files(`gated-${databases}`, {
      '1_gate.up.sql': 'select pg_advisory_lock(1); create table passed ()',
    });
    const holder = new pg.Client({ connectionString: one.address });
    await holder.connect();
    await holder.query('select pg_advisory_lock(1)');
    const begun = on(first, one, path)('up');
    const some = async (text: string): Promise<boolean> => (await one.query(text)).length > 0;
    await until('the first at the gate', () =>
      some(`select from pg_locks where locktype = 'advisory' and not granted`),
    );
    const waiting = on(second, one, path)('up');
    await until('the second', () =>
      some(`select from pg_stat_activity where datname = current_database() and
        query ~* 'advisory_lock\\(\\$1\\)' and pid not in (
          select pid from pg_locks where locktype = 'advisory' and granted)`),
    );
    await holder.end();
    expect(await begun).toEqual({ exitCode: 0, output: '1/u gate\n' });
    expect(await waiting).toEqual({ exitCode: 0, output: 'no change\n' });
  });
});
