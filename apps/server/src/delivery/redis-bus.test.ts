import { EventEmitter } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import type { RedisPool } from '#redis/redis-pool.js';
import { createHead, decodeEvents, readHead } from './bus-message.ts';
import type { Notice, Outgoing } from './outgoing.ts';
import { RedisBus } from './redis-bus.ts';

const epoch = '0192f3a2-11d8-4b3c-8e44-6a90c2e7b002';

/** A Redis that hands what is published back, while it is there. */
function setScene() {
  const listener = Object.assign(new EventEmitter(), { subscribe: async () => undefined });
  const notices: Notice[] = [];
  const told: string[] = [];
  const redis = { there: true };
  const publisher = {
    async publish(_channel: string, message: Buffer) {
      if (!redis.there) throw new Error('away');
      const read = readHead(message, createHead(epoch, '0'.repeat(16)));
      if (read?.kind === 'events') {
        const events = decodeEvents(read.body);
        told.push(events.map(({ kind }) => kind).join(' '));
        for (const outgoing of events) {
          if (outgoing.kind === 'notice') notices.push(outgoing.notice);
        }
      }
      listener.emit('messageBuffer', Buffer.alloc(0), message);
      return 1;
    },
  };
  const listen = (attach: (connection: unknown) => void): void => attach(listener);
  const pool = { listen, publisher, sharded: false, start() {}, reconnect() {}, close() {} };
  let settled = 41;
  const bus = new RedisBus({
    redis: pool as unknown as RedisPool,
    epoch: () => epoch,
    settledXid: () => String(++settled),
    onReachable: () => undefined,
    onSteady: () => undefined,
    renewMs: 60_000,
  });
  return { bus, redis, notices, told };
}

const marker: Outgoing = { kind: 'state', conversationId: 'here', frame: '{}', recipients: [] };
const message: Outgoing = {
  ...{ kind: 'durable', conversationId: 'here', pos: 1, quietMs: 0, frame: '{}', recipients: [] },
};

afterEach(() => vi.useRealTimers());

it('tells the others to look where a marker could not be told, once it is heard again', async () => {
  vi.useFakeTimers();
  const { bus, redis, notices } = setScene();
  bus.start();
  await vi.advanceTimersByTimeAsync(200);
  expect(bus.reachable).toBe(true);
  bus.publish([marker]);
  await vi.advanceTimersByTimeAsync(200);
  expect(notices).toEqual([]);

  redis.there = false;
  bus.publish([marker]);
  await vi.advanceTimersByTimeAsync(1_000);
  bus.publish([marker]);
  expect(notices).toEqual([]);
  redis.there = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(notices).toEqual([{ topic: 'untold', since: '42' }]);
  await bus.close();
});

it('leaves durable events to the log', async () => {
  vi.useFakeTimers();
  const { bus, redis, notices } = setScene();
  bus.start();
  redis.there = false;
  bus.publish([message]);
  await vi.advanceTimersByTimeAsync(0);
  redis.there = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(bus.reachable).toBe(true);
  expect(notices).toEqual([]);
  await bus.close();
});

it('tells the others in one message what is published in one turn, in order, and last words too', async () => {
  vi.useFakeTimers();
  const { bus, told } = setScene();
  const heardHere: number[] = [];
  bus.subscribe((batch) => heardHere.push(batch.length));
  bus.start();
  await vi.advanceTimersByTimeAsync(200);
  bus.publish([marker]);
  bus.publish([message, marker]);
  expect(heardHere).toEqual([1, 2]);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['state durable state']);
  bus.publish([marker, { ...message, frame: 'x'.repeat(300_000) }, marker]);
  await bus.close();
  expect(told.slice(1)).toEqual(['state', 'durable', 'state']);
});
