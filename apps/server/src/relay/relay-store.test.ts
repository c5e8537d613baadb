import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHorizon } from '#log/reader.js';
import { sql } from '../testing/scene.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { beginTenure, endOfPass, moveHorizon, readQueue, readSettled } from './relay-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A writer with a transaction that has its number already. */
async function openWriter(connectionString: string) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('begin');
  await client.query('select pg_current_xact_id()');
  return {
    write: (conversationId: string, pos: number) =>
      client.query('insert into log (conversation_id, pos, type, at) values ($1, $2, 1, now())', [
        conversationId,
        pos,
      ]),
    async commit() {
      await client.query('commit');
      await client.end();
    },
  };
}

test('a row with the smaller number that was committed later is published later, and once', async () => {
  const { db, connectionString } = await database.clone();
  const conversationId = randomUUID();
  const late = await openWriter(connectionString);
  const idle = await openWriter(connectionString);
  const early = await openWriter(connectionString);
  await early.write(conversationId, 1);
  await early.commit();
  await late.write(conversationId, 2);
  await late.commit();

  // The idle one holds the horizon between the two.
  const between = (await readHorizon(db)).horizon;
  const first = await readSettled(db, 0n, between);
  expect(first.map(({ pos }) => pos)).toEqual([1, 2]);
  await idle.commit();
  const { horizon } = await readHorizon(db);
  expect(horizon).toBeGreaterThan(between);
  expect(await readSettled(db, between, horizon)).toEqual([]);
  expect((await readSettled(db, 0n, horizon)).map(({ pos }) => pos)).toEqual([1, 2]);
});

test('a pass ends between transactions, and passes one after the other bring every row once', async () => {
  const { db, connectionString } = await database.clone();
  const conversationId = randomUUID();
  for (let pos = 1; pos <= 9; pos += 3) {
    const writer = await openWriter(connectionString);
    for (const row of [pos, pos + 1, pos + 2]) await writer.write(conversationId, row);
    await writer.commit();
  }
  const { horizon } = await readHorizon(db);
  const passes: number[][] = [];
  for (let from = 0n; from < horizon; ) {
    const to = await endOfPass(db, from, horizon, 2);
    passes.push((await readSettled(db, from, to)).map(({ pos }) => pos));
    from = to;
  }
  expect(passes.filter(({ length }) => length > 0)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
});

test('whoever had a tenure before cannot move the horizon back or on', async () => {
  const { db } = await database.clone();
  const old = await beginTenure(db);
  expect(await moveHorizon(db, old, 10n)).toBe(true);
  const present = await beginTenure(db);
  expect(present).toMatchObject({ horizon: 10n, fence: old.fence + 1 });
  expect(await moveHorizon(db, { ...old, horizon: 10n }, 11n)).toBe(false);
  expect(await moveHorizon(db, present, 20n)).toBe(true);
  expect(await moveHorizon(db, present, 15n)).toBe(false);
  expect((await beginTenure(db)).horizon).toBe(20n);
});

test('what waits is counted, its age told, and many are estimated', async () => {
  const { db } = await database.clone();
  expect(await readQueue(db)).toEqual({ rows: 0, lagSeconds: 0 });
  const write = `insert into log (conversation_id, pos, type, at)
    select $1, pos, 1, now() - interval '1 minute' from generate_series($2::int, $3::int) as pos`;
  const conversationId = randomUUID();
  await sql(db, write, [conversationId, 1, 5]);
  const few = await readQueue(db);
  expect(few.rows).toBe(5);
  expect(few.lagSeconds).toBeGreaterThan(59);
  await sql(db, write, [conversationId, 6, 12_000]);
  expect((await readQueue(db)).rows).toBe(12_000);
  await sql(db, 'update relay_state set horizon = pg_snapshot_xmin(pg_current_snapshot())');
  expect(await readQueue(db)).toEqual({ rows: 0, lagSeconds: 0 });
});
