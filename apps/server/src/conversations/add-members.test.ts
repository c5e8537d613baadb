import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeOf } from '#testing/failure.js';
import { openScene, type Scene, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { storeBlock } from '#users/block-store.js';
import { addMembers } from './add-members.ts';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());

it('shows the new member the markers that moved until the commit', async () => {
  const [ana = '', bob = '', eva = ''] = users(3);
  const { id: conversationId } = await scene.group(ana, [bob]);
  await scene.send(ana, conversationId);
  const db: TestDatabase['db'] = {
    ...database.db,
    async transaction(run) {
      const result = await database.db.transaction(run);
      await scene.call(bob, 'receipt.read', { conversationId, seq: 1 });
      return result;
    },
  };
  const { run } = addMembers({ ...scene, db, options: { groupMaxMembers: 70 } });
  scene.bus.taken();
  await run({ userId: ana, requestId: 'a' }, { conversationId, userIds: [eva] });
  const shown = scene.bus.taken().find(({ event }) => event === 'conversation.created');
  expect(shown?.data.members).toContainEqual(
    expect.objectContaining({ userId: bob, lastReadSeq: 1, lastDeliveredSeq: 1 }),
  );
});

it.each([true, false])(
  'refuses whom a block stands between, the adder blocked: %s',
  async (other) => {
    const [ana = '', bob = '', eva = ''] = users(3);
    const { id: conversationId } = await scene.group(ana, [eva]);
    const [blockerId, blockedId] = other ? [bob, ana] : [ana, bob];
    const block = (lifted: boolean) =>
      database.db.transaction((tx) =>
        storeBlock(tx, { blockerId, blockedId, at: new Date(), lifted }),
      );
    await block(false);
    const [fay = ''] = users(1);
    const add = scene.call(ana, 'member.add', { conversationId, userIds: [fay, bob] });
    expect(await codeOf(add)).toBe('blocked');
    expect(await codeOf(scene.group(ana, [fay, bob]))).toBe('blocked');
    // Of two others it is none of the adder's business.
    await scene.group(eva, [ana, bob]);
    await block(true);
    const { added } = await scene.call(ana, 'member.add', { conversationId, userIds: [bob] });
    expect(added.map(({ userId }) => userId)).toEqual([bob]);
  },
);
