import { createTestDatabase, type NovaEnv, range, startNova, until } from '@nova/dev-env';
import pg from 'pg';
import { describe, expect, test } from 'vitest';

const connections = async ({ database }: NovaEnv, name: string): Promise<number> => {
  const [row] = await database.query<{ count: string }>(
    `select count(*) from pg_stat_activity
     where datname = current_database() and application_name = $1`,
    [name],
  );
  return Number(row?.count);
};

/** Requests at once that keep every connection of the pool busy, while the table is locked. */
async function whileLocked<Result>(
  { database }: NovaEnv,
  run: () => Promise<Result>,
): Promise<Result> {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query('begin; lock table members in access exclusive mode');
    return await run();
  } finally {
    await holder.end();
  }
}

test.each(['3', '6'])('DATABASE_MAX_CONNECTIONS %s bounds the pool', async (most) => {
  await using nova = await startNova({ config: { DATABASE_MAX_CONNECTIONS: most } });
  const ana = nova.user('ana');
  const asked = await whileLocked(nova, async () => {
    const all = Promise.all(range(1, 20).map(() => ana.http('conversation.list')));
    await until('a full pool', async () => (await connections(nova, 'nova')) === Number(most));
    return { all };
  });
  await asked.all;
  expect(await connections(nova, 'nova')).toBe(Number(most));
});

test('DATABASE_POOL_TIMEOUT: how long a request waits for a connection', async () => {
  const firstRefusalMs = async (timeout: string): Promise<number> => {
    await using nova = await startNova({
      config: { DATABASE_POOL_TIMEOUT: timeout, DATABASE_MAX_CONNECTIONS: '3' },
    });
    const ana = nova.user('ana');
    return await whileLocked(nova, async () => {
      const startedAt = performance.now();
      const asked = range(1, 5).map(async () => {
        const { status } = await ana.http('conversation.list');
        return { status, afterMs: performance.now() - startedAt };
      });
      const answers = await Promise.all(asked);
      return Math.min(
        ...answers.filter(({ status }) => status === 503).map(({ afterMs }) => afterMs),
      );
    });
  };
  // With the longer one the statements' own lock_timeout of 3 s comes first.
  expect(await firstRefusalMs('1')).toBeLessThan(2_500);
  expect(await firstRefusalMs('20')).toBeGreaterThan(2_500);
});

test('DATABASE_IDLE_TIMEOUT: a connection that nobody uses is closed', async () => {
  await using nova = await startNova({ config: { DATABASE_IDLE_TIMEOUT: '1' } });
  const ana = nova.user('ana');
  const asked = await whileLocked(nova, async () => {
    const all = Promise.all(range(1, 20).map(() => ana.http('conversation.list')));
    await until('a full pool', async () => (await connections(nova, 'nova')) === 10);
    return { all };
  });
  await asked.all;
  await until('an empty one', async () => (await connections(nova, 'nova')) <= 3);
});

describe('the address', () => {
  test('POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB complete it', async () => {
    const database = await createTestDatabase();
    await database.query(`do $$ begin create role configured login superuser password 'x';
      exception when duplicate_object then null; end $$`);
    const url = new URL(database.url);
    const name = url.pathname.slice(1);
    url.searchParams.delete('user');
    url.pathname = '';
    await using nova = await startNova({
      database,
      config: {
        DATABASE_URL: url.href,
        POSTGRES_USER: 'configured',
        POSTGRES_PASSWORD: 'any',
        POSTGRES_DB: name,
      },
    });
    const rows = await database.query<{ usename: string }>(
      `select distinct usename from pg_stat_activity
       where datname = $1 and application_name = 'nova'`,
      [name],
    );
    expect(rows).toEqual([{ usename: 'configured' }]);
    expect((await nova.health()).body.status).toBe('ok');
  });

  test('MIGRATE_ON_START makes the tables of an empty database', async () => {
    const database = await createTestDatabase();
    await database.query('drop schema public cascade; create schema public');
    await using nova = await startNova({ database, config: { MIGRATE_ON_START: 'true' } });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    expect((await ana.direct(bob)).kind).toBe('direct');
  });
});
