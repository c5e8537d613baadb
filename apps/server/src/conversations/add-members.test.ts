import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScene, type Scene, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
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
