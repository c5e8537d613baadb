import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { createUserNames } from './user-names.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const open = (cacheSize: number) => {
  const names = createUserNames({
    db: database.db,
    cacheSize,
    onError: (error) => expect.unreachable(String(error)),
  });
  return {
    remember(userId: string, name: string) {
      names.remember(userId, name);
      return names.close();
    },
    introduce: names.introduce,
  };
};

const stored = async (userId: string) => {
  const rows = await sql<{ name: string; xmin: string }>(
    database.db,
    'select name, xmin::text from users where id = $1',
    [userId],
  );
  return rows[0];
};

it('keeps the newest name and writes only what changed', async () => {
  const [ana = '', bob = ''] = users(2);
  const names = open(1);
  await names.remember(ana, 'Ana');
  const first = await stored(ana);
  await names.remember(ana, 'Ana');
  await names.remember(bob, 'Bob');
  // Forgotten by the cache, still not written again.
  await names.remember(ana, 'Ana');
  expect(await stored(ana)).toEqual(first);
  await names.remember(ana, 'Ana Lima');
  expect((await stored(ana))?.name).toBe('Ana Lima');
});

it('takes names as identity providers have them', async () => {
  const [ana = ''] = users(1);
  const names = open(10);
  await names.remember(ana, ' A\u0000n\na\ud800 ');
  expect((await stored(ana))?.name).toBe('A n a\ufffd');
  await names.remember(ana, '🦊'.repeat(300));
  expect((await stored(ana))?.name).toBe('🦊'.repeat(200));
  await names.remember(ana, ' \u0000 ');
  expect((await stored(ana))?.name).toBe('🦊'.repeat(200));
});

it('introduces who has not come yet, and renames nobody', async () => {
  const [ana = '', bob = ''] = users(2);
  const names = open(10);
  await names.introduce(ana, ' ana ');
  expect((await stored(ana))?.name).toBe('ana');
  await names.remember(ana, 'Ana');
  await open(10).introduce(ana, 'ANA');
  expect((await stored(ana))?.name).toBe('Ana');
  await names.introduce(bob, '\u0000');
  expect(await stored(bob)).toBe(undefined);
});
