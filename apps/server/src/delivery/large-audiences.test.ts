import { expect, it } from 'vitest';
import { LargeAudiences } from './large-audiences.ts';
import type { DurableOutgoing } from './outgoing.ts';
import type { Subscriber } from './subscriber.ts';

const here = '0192f3a2-11d8-7b3c-8e44-6a90c2e7b002';
const event = (pos: number): DurableOutgoing => {
  const frame = `event ${pos} `;
  return { kind: 'durable', conversationId: here, pos, quietMs: 0, frame, recipients: null };
};

/** A conversation of everybody, whose members are found when the scene says so. */
function setScene() {
  const users = new Map<string, Subscriber[]>();
  const searches: { readonly userIds: readonly string[]; readonly find: () => void }[] = [];
  const heard = new Map<string, string>();
  const audiences = new LargeAudiences({
    users,
    findMembers: (_, userIds) =>
      new Promise((resolve) => {
        const found = userIds.map((userId) => ({ userId, joinedPos: 0 }));
        searches.push({ userIds, find: () => resolve(found) });
      }),
    onError: (error) => {
      throw error;
    },
  });
  const connect = (userId: string) => {
    heard.set(userId, '');
    const send = (bytes: Buffer) => {
      const numbers = bytes.toString().match(/event \d+/g) ?? [];
      heard.set(userId, `${heard.get(userId)}${numbers.map((text) => text.slice(6)).join('')}`);
    };
    users.set(userId, [{ userId, deviceId: userId, send, sendEphemeral: send }]);
    audiences.connected(userId);
  };
  return { audiences, connect, searches, heard };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('waits for nobody who connected after an event had come', async () => {
  const { audiences, connect, searches, heard } = setScene();
  connect('ana');
  audiences.deliver(here, [event(1)]);
  connect('bob');
  audiences.deliver(here, [event(2)]);
  searches[0]?.find();
  await turn();
  expect(heard.get('ana')).toBe('1');
  expect(searches.map(({ userIds }) => userIds)).toEqual([['ana'], ['bob']]);
  connect('eva');
  audiences.deliver(here, [event(3)]);
  searches[1]?.find();
  await turn();
  expect([...heard.values()]).toEqual(['12', '2', '']);
  expect(audiences.waiting(here)).toBe(true);
  searches[2]?.find();
  await turn();
  expect([...heard.values()]).toEqual(['123', '23', '3']);
  expect(audiences.waiting(here)).toBe(false);
});
