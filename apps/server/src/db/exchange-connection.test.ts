import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { CommitUnknown } from './commit-unknown.ts';
import { type ExchangeConnection, exchangeConnection } from './exchange-connection.ts';

let database: TestDatabase;
let other: pg.Client;
const open: ExchangeConnection[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  other = new pg.Client({ connectionString: database.connectionString });
  await other.connect();
  await other.query('create table things (id uuid primary key, n integer not null)');
});
afterAll(async () => {
  for (const connection of open) await connection.close();
  await other.end();
  await database.close();
});

const lock = {
  name: 'things_lock',
  text: 'select n from things where id = $1::uuid for no key update',
};
/** Adds one, and puts a new thing beside it. */
const grow = {
  name: 'things_grow',
  text: `with grown as (update things set n = n + 1 where id = $1::uuid returning n)
    insert into things select $2::uuid, n from grown returning n, null`,
};
const pid = { name: 'things_pid', text: 'select pg_backend_pid()' };

function connect(statements: readonly { name: string; text: string }[]): ExchangeConnection {
  const connection = exchangeConnection({
    connectionString: database.connectionString,
    poolTimeoutMs: 10_000,
    statements,
  });
  open.push(connection);
  return connection;
}

async function thing(): Promise<string> {
  const id = randomUUID();
  await other.query('insert into things values ($1, 1)', [id]);
  return id;
}

const numberOf = async (id: string): Promise<number | undefined> =>
  (await other.query<{ n: number }>('select n from things where id = $1', [id])).rows[0]?.n;

/** Resolves once somebody waits for a lock that `other` holds. */
async function somebodyWaits(): Promise<void> {
  const text = 'select from pg_locks where not granted';
  while ((await database.db.rows({ name: '', text })).length === 0);
}

describe('an exchange', () => {
  it('is one transaction and answers the rows of each statement', async () => {
    const connection = connect([lock, grow]);
    const [id, fresh] = [await thing(), randomUUID()];
    expect(await connection.run([[id], [id, fresh]])).toEqual([[['1']], [['2', null]]]);
    expect([await numberOf(id), await numberOf(fresh)]).toEqual([2, 2]);
  });

  it('sees after a lock what was committed while it waited for it', async () => {
    const connection = connect([lock, grow]);
    const [id, fresh] = [await thing(), randomUUID()];
    await other.query('begin');
    await other.query('update things set n = 10 where id = $1', [id]);
    const running = connection.run([[id], [id, fresh]]);
    await somebodyWaits();
    await other.query('commit');
    expect((await running)[1]).toEqual([['11', null]]);
  });

  it('stores nothing where a statement is refused, and goes on', async () => {
    const connection = connect(
      [grow, grow].map((one, n) => ({ ...one, name: `${one.name}_${n}` })),
    );
    const [id, fresh] = [await thing(), randomUUID()];
    const twice = connection.run([
      [id, fresh],
      [id, fresh],
    ]);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
    expect([await numberOf(id), await numberOf(fresh)]).toEqual([1, undefined]);
    const [a, b] = [randomUUID(), randomUUID()];
    expect(
      await connection.run([
        [id, a],
        [id, b],
      ]),
    ).toEqual([[['2', null]], [['3', null]]]);
  });

  it('does not know what became of it when its session is ended, and connects again', async () => {
    const connection = connect([pid, lock, grow]);
    const [id, fresh] = [await thing(), randomUUID()];
    const [pids] = await connection.run([[], [id], [id, fresh]]);
    const backend = pids?.[0]?.[0];
    await other.query('begin');
    await other.query('select from things where id = $1 for update', [id]);
    const running = connection.run([[], [id], [id, randomUUID()]]);
    const failed = expect(running).rejects.toBeInstanceOf(CommitUnknown);
    await somebodyWaits();
    await other.query('select pg_terminate_backend($1)', [backend]);
    await failed;
    await other.query('rollback');
    expect(await numberOf(id)).toBe(2);
    expect((await connection.run([[], [id], [id, randomUUID()]]))[2]).toEqual([['3', null]]);
  });
});
