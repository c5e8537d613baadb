import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';

let database: TestDatabase;
let scene: Scene;
let ana: string;
let conversationId: string;
let empty: string;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
  [ana = ''] = users(1);
  conversationId = (await scene.group(ana, [])).id;
  empty = (await scene.group(ana, [])).id;
  for (let seq = 1; seq <= 10; seq++) await scene.send(ana, conversationId, `text ${seq}`);
});
afterAll(() => database.close());

interface Query {
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly limit?: number;
}

/** The page as `first..last` and whether the history goes on before and after it. */
async function page(query: Query, id = conversationId): Promise<string> {
  const { messages, hasBefore, hasAfter } = await scene.call(ana, 'message.list', {
    conversationId: id,
    ...query,
  });
  const seqs = messages.map((message) => message.seq);
  expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  expect(messages.map(({ text }) => text)).toEqual(seqs.map((seq) => `text ${seq}`));
  const range = seqs.length === 0 ? 'none' : `${seqs[0]}..${seqs.at(-1)}`;
  return `${hasBefore ? '< ' : ''}${range}${hasAfter ? ' >' : ''}`;
}

describe('a page of the history', () => {
  it.each<[string, Query, string]>([
    ['all of it', {}, '1..10'],
    ['the newest', { limit: 3 }, '< 8..10'],
    ['exactly all', { limit: 10 }, '1..10'],
    ['before', { before: 8, limit: 3 }, '< 5..7 >'],
    ['before, the oldest', { before: 4, limit: 3 }, '1..3 >'],
    ['before the first', { before: 1, limit: 3 }, 'none >'],
    ['before nothing', { before: 0, limit: 3 }, 'none >'],
    ['before what is not there yet', { before: 100, limit: 3 }, '< 8..10'],
    ['after', { after: 3, limit: 3 }, '< 4..6 >'],
    ['after, the newest', { after: 7, limit: 3 }, '< 8..10'],
    ['after nothing', { after: 0, limit: 3 }, '1..3 >'],
    ['after the last', { after: 10, limit: 3 }, '< none'],
    ['around', { around: 5, limit: 4 }, '< 4..7 >'],
    ['around, one side short', { around: 2, limit: 6 }, '1..6 >'],
    ['around, the other side short', { around: 10, limit: 4 }, '< 7..10'],
    ['around what is not there yet', { around: 100, limit: 4 }, '< 7..10'],
    ['around one', { around: 5, limit: 1 }, '< 5..5 >'],
    ['around nothing', { around: 0, limit: 3 }, '1..3 >'],
    ['around all', { around: 5, limit: 200 }, '1..10'],
  ])('%s', async (_, query, expected) => {
    expect(await page(query)).toBe(expected);
  });

  it('of a conversation without messages is empty, whatever was asked', async () => {
    for (const query of [{}, { before: 5 }, { after: 0 }, { around: 3 }]) {
      expect(await page(query, empty)).toBe('none');
    }
  });

  it('says up to which change it is complete', async () => {
    const { pos } = await scene.call(ana, 'message.list', { conversationId, limit: 1 });
    expect(pos).toBe(10);
    expect((await scene.call(ana, 'message.list', { conversationId: empty })).pos).toBe(0);
  });

  it('has one end', async () => {
    await expect(page({ before: 3, after: 1 })).rejects.toMatchObject({
      code: 'invalidRequest',
      details: [{ field: 'after' }],
    });
  });
});

it('a page read while messages arrive holds every one up to its pos', async () => {
  const [eva = ''] = users(1);
  const { id } = await scene.group(eva, []);
  let sending = true;
  const sender = (async () => {
    for (let n = 0; n < 60; n++) await scene.send(eva, id);
    sending = false;
  })();
  while (sending) {
    const { messages, pos } = await scene.call(eva, 'message.list', {
      conversationId: id,
      limit: 200,
    });
    expect(messages).toHaveLength(pos);
  }
  await sender;
});
