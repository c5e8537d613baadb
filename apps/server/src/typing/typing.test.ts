import { limits } from '@nova/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '#testing/failure.js';
import { openScene, type Scene, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { storeBlock } from '#users/block-store.js';
import { createTypists } from './typists.ts';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());
beforeEach(() => scene.bus.taken());

/** A database that counts what it is asked. */
function counting() {
  let asked = 0;
  const db = {
    ...database.db,
    rows: <Row>(...args: Parameters<typeof database.db.rows>) => {
      asked += 1;
      return database.db.rows<Row>(...args);
    },
  };
  return { db, asked: () => asked };
}

it('is told to the others and stored nowhere', async () => {
  const [ana = '', bob = ''] = users(2);
  const { id: conversationId } = await scene.direct(ana, bob);
  scene.bus.taken();
  await scene.call(ana, 'typing.start', { conversationId });
  await scene.call(ana, 'typing.stop', { conversationId });
  const events = scene.bus.taken();
  expect(events.map(({ event, data }) => [event, data])).toEqual([
    ['typing.started', { userId: ana }],
    ['typing.stopped', { userId: ana }],
  ]);
  expect(events[0]?.outgoing).toMatchObject({ kind: 'ephemeral', exceptUserId: ana });
  expect((await scene.call(ana, 'conversation.get', { conversationId })).lastPos).toBe(0);
});

it('names nobody in a large conversation', async () => {
  const [ana = '', ...others] = users(limits.smallConversationMembers + 1);
  const { id: conversationId } = await scene.group(ana, others);
  scene.bus.taken();
  await scene.call(ana, 'typing.start', { conversationId });
  expect(scene.bus.taken()[0]?.outgoing).toMatchObject({ recipients: null });
  expect(await codeOf(scene.call(users(1)[0] ?? '', 'typing.start', { conversationId }))).toBe(
    'notFound',
  );
});

it('ends for who is removed, at once', async () => {
  const [ana = '', bob = '', eva = ''] = users(3);
  const { id: conversationId } = await scene.group(ana, [bob, eva]);
  await scene.call(eva, 'typing.start', { conversationId });
  await scene.call(ana, 'member.remove', { conversationId, userId: eva });
  scene.bus.taken();
  expect(await codeOf(scene.call(eva, 'typing.start', { conversationId }))).toBe('notFound');
  await scene.call(bob, 'typing.start', { conversationId });
  const [event] = scene.bus.taken();
  expect(event?.outgoing).toMatchObject({ recipients: expect.not.arrayContaining([eva]) });
});

it('is not told where one of two blocked the other, in either direction', async () => {
  const [ana = '', bob = ''] = users(2);
  const { id: conversationId } = await scene.direct(ana, bob);
  const block = { blockerId: bob, blockedId: ana, at: new Date(), lifted: false };
  await database.db.transaction((tx) => storeBlock(tx, block));
  scene.bus.taken();
  for (const userId of [ana, bob]) await scene.call(userId, 'typing.start', { conversationId });
  const heard = scene.bus
    .taken()
    .map(({ outgoing }) => 'recipients' in outgoing && outgoing.recipients);
  expect(heard).toEqual([[], []]);
});

describe('what is remembered', () => {
  it('serves for five seconds', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id } = await scene.direct(ana, bob);
    const { db, asked } = counting();
    let nowMs = 0;
    const typists = createTypists({ db, bus: scene.bus, cacheSize: 10, now: () => nowMs });
    await typists.audience(id, ana);
    nowMs = 4_999;
    await typists.audience(id, bob);
    expect(asked()).toBe(1);
    nowMs = 5_000;
    await typists.audience(id, ana);
    expect(asked()).toBe(2);
  });

  it('is bounded: the oldest goes first', async () => {
    const [ana = '', ...others] = users(4);
    const ids = await Promise.all(others.map(async (other) => (await scene.direct(ana, other)).id));
    const { db, asked } = counting();
    const typists = createTypists({ db, bus: scene.bus, cacheSize: 2 });
    for (const id of ids) await typists.audience(id, ana);
    expect(asked()).toBe(3);
    for (const id of ids.slice(1)) await typists.audience(id, ana);
    expect(asked()).toBe(3);
    await typists.audience(ids[0] ?? '', ana);
    expect(asked()).toBe(4);
  });

  it('holds the typists of a large conversation one by one', async () => {
    const [ana = '', bob = '', ...others] = users(limits.smallConversationMembers + 1);
    const { id } = await scene.group(ana, [bob, ...others]);
    const { db, asked } = counting();
    const typists = createTypists({ db, bus: scene.bus, cacheSize: 2 });
    for (const userId of [ana, bob, ana, bob]) await typists.audience(id, userId);
    expect(asked()).toBe(2);
  });
});
