import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { type PipelineConnection, pipelineConnection } from './pipeline-connection.ts';

let database: TestDatabase;
let other: pg.Client;
let connection: PipelineConnection;
const asked: string[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  other = new pg.Client({ connectionString: database.connectionString });
  await other.connect();
  await other.query('create table things (n bigint primary key, at timestamptz, words text[])');
  connection = pipelineConnection({
    connectionString: database.connectionString,
    poolTimeoutMs: 10_000,
    onQuery: (name, _, failure) => asked.push(failure === undefined ? name : `${name}: ${failure}`),
  });
});
afterEach(async () => {
  asked.length = 0;
  await other.query('truncate things');
});
afterAll(async () => {
  await connection.close();
  await other.end();
  await database.close();
});

const insert = {
  name: 'things_insert',
  text: 'insert into things select unnest($1::bigint[]), $2, $3 returning *',
};
const inverse = { name: 'things_inverse', text: 'select 1 / n as inverse from things' };
const count = { name: 'things_count', text: 'select count(*) as count from things' };
const pid = { name: 'things_pid', text: 'select pg_backend_pid() as pid' };

const stored = async (): Promise<unknown> =>
  (await other.query('select n::integer from things order by n')).rows.map(({ n }) => n);

/** What became of each, in order. */
const fates = async (sent: readonly Promise<unknown>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(sent)).map(({ status }) => status);

describe('a pipeline', () => {
  it('sends what is submitted in one turn together, and reads each answer by its types', async () => {
    const pipeline = await connection.open();
    const at = new Date('2026-01-02T03:04:05.678Z');
    const [, rows, counted] = await Promise.all([
      pipeline.command('begin'),
      pipeline.rows(insert, [[7, 8], at, ['a "b"', 'c,d']]),
      pipeline.rows(count),
      pipeline.command('commit'),
    ]);
    const words = ['a "b"', 'c,d'];
    expect(rows).toEqual([7, 8].map((n) => ({ n, at, words })));
    expect(counted).toEqual([{ count: 2 }]);
    expect(await stored()).toEqual([7, 8]);
    expect(asked).toEqual(['things_insert', 'things_count']);
  });

  it('carries out nothing behind what was refused, and goes on after a rollback', async () => {
    const pipeline = await connection.open();
    const sent = (n: number) => [
      pipeline.command('begin'),
      pipeline.rows(insert, [[n], null, []]),
      pipeline.rows(inverse),
      // Never prepared where the one before it is refused.
      pipeline.rows({ name: 'things_late', text: 'select 5 as late' }),
      pipeline.command('commit'),
    ];
    const refused = sent(0);
    expect(await fates(refused)).toEqual([
      ...['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected'],
    ]);
    await expect(refused.at(-1)).rejects.toMatchObject({ code: '22012' });
    await pipeline.command('rollback');
    expect(await stored()).toEqual([]);
    const taken = sent(1);
    expect(await fates(taken)).toEqual(Array(5).fill('fulfilled'));
    expect(await taken[3]).toEqual([{ late: 5 }]);
    expect(await stored()).toEqual([1]);
  });

  it('rejects everything under way when the session ends, and opens another', async () => {
    const pipeline = await connection.open();
    const [row] = await pipeline.rows<{ pid: number }>(pid);
    await other.query('begin');
    await other.query('lock table things');
    const sent = [pipeline.command('begin'), pipeline.rows(count), pipeline.command('commit')];
    const ended = fates(sent);
    while ((await other.query('select from pg_locks where not granted')).rowCount === 0);
    await other.query('select pg_terminate_backend($1)', [row?.pid]);
    await other.query('rollback');
    // What was answered before the session ended may or may not have arrived.
    expect((await ended).slice(1)).toEqual(['rejected', 'rejected']);
    const again = async () => (await connection.open()).rows(count).catch(() => undefined);
    await expect.poll(again).toEqual([{ count: 0 }]);
  });
});
