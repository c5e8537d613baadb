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
    deviceId: 'phone',
    sendEphemeral: () => undefined,
  });
  hub.receive([event(5)]);
  let passed = false;
  const reconciled = hub.reconcile([{ conversationId, firstPos: 5, lastPos: 5 }]).then((rows) => {
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
  hub.add({
    userId: 'ana',
    deviceId: 'phone',
    send: () => undefined,
    sendEphemeral: () => undefined,
  });
  hub.receive([event(5)]);
  const reconciled = hub.reconcile([{ conversationId, firstPos: 5, lastPos: 5 }]);
  hub.close();
  expect(await reconciled).toBe(0);
});

test('a stretch longer than one reading is brought to its end', async () => {
  const asked: number[] = [];
  const hub = new Hub({
    findMembers: async () => [],
    readMissing: async ([missing]) => {
      const first = (missing?.afterPos ?? 0) + 1;
      asked.push(first);
      return [event(first), event(first + 1)].filter(({ pos }) => pos < (missing?.beforePos ?? 0));
    },
    onError: (error) => expect(error).toBeUndefined(),
  });
  expect(await hub.reconcile([{ conversationId, firstPos: 3, lastPos: 7 }])).toBe(5);
  expect(asked).toEqual([3, 5, 7]);
  expect(await hub.reconcile([{ conversationId, firstPos: 3, lastPos: 7 }])).toBe(0);
  hub.close();
});

test('rows that are gone do not hold the others up', async () => {
  const hub = new Hub({
    findMembers: async () => [],
    readMissing: async () => [],
    onError: (error) => expect(error).toBeUndefined(),
  });
  expect(await hub.reconcile([{ conversationId, firstPos: 3, lastPos: 7 }])).toBe(0);
  hub.close();
});
