import { expect, test } from 'vitest';
import { Hub } from './hub.ts';
import type { DurableOutgoing } from './outgoing.ts';

const conversationId = 'c';
const event = (pos: number): DurableOutgoing => ({
  kind: 'durable',
  conversationId,
  pos,
  quietMs: 60_000,
  frame: `{"pos":${pos}}`,
  recipients: null,
});

test('a position counts as passed only when its audience was found and has it', async () => {
  const found = Promise.withResolvers<{ userId: string; joinedPos: number }[]>();
  const hub = new Hub({
    findMembers: () => found.promise,
    readMissing: async () => [],
    onError: (error) => expect(error).toBeUndefined(),
  });
  let sent = 0;
  hub.add({
    userId: 'ana',
    send: (_, frames) => {
      sent += frames;
    },
    sendEphemeral: () => undefined,
  });
  hub.receive([event(5)]);
  let passed = false;
  const reconciled = hub.reconcile(conversationId, 5, 5).then((rows) => {
    passed = true;
    return rows;
  });
  await new Promise(setImmediate);
  expect([sent, passed]).toEqual([0, false]);
  found.resolve([{ userId: 'ana', joinedPos: 0 }]);
  expect(await reconciled).toBe(0);
  expect(sent).toBe(1);
  hub.close();
});

test('closing the hub lets go of whoever waits for an audience', async () => {
  const hub = new Hub({
    findMembers: () => new Promise(() => undefined),
    readMissing: async () => [],
    onError: () => undefined,
  });
  hub.add({ userId: 'ana', send: () => undefined, sendEphemeral: () => undefined });
  hub.receive([event(5)]);
  const reconciled = hub.reconcile(conversationId, 5, 5);
  hub.close();
  expect(await reconciled).toBe(0);
});
