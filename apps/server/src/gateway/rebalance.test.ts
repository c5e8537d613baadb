import { expect, test } from 'vitest';
import type { Movable } from './ask-to-move.ts';
import { excessOf, Rebalance } from './rebalance.ts';

interface Told {
  readonly deviceId: string;
  readonly afterMs: number;
}

function scene(others: readonly number[] | Error, perSecond = 2) {
  const told: Told[] = [];
  const shared: (number | undefined)[] = [];
  const sessions: Movable[] = [];
  const spared = new Set<string>();
  const add = (deviceId: string): void => {
    sessions.push({
      sessionId: deviceId,
      userId: 'ana',
      deviceId,
      cursor: 'here',
      control: (_name: string, data: object) =>
        told.push({ deviceId, afterMs: Reflect.get(data, 'reconnectAfterMs') }),
    } as Movable);
  };
  let asked = 0;
  const rebalance = new Rebalance({
    sessions: {
      get size() {
        return sessions.length;
      },
      all: () => [...sessions],
    },
    directory: {
      shareCount: async (sockets) => {
        shared.push(sockets);
        if (others instanceof Error) throw others;
        return others;
      },
    },
    spared: ({ deviceId }) => spared.has(deviceId),
    perSecond,
    onAsked: (count) => {
      asked += count;
    },
  });
  const fill = (count: number): void => {
    for (let n = 0; n < count; n++) add(`device ${n}`);
  };
  const leave = (deviceId: string): void => {
    sessions.splice(
      sessions.findIndex((session) => session.deviceId === deviceId),
      1,
    );
  };
  return { rebalance, told, spared, shared, fill, add, leave, asked: () => asked };
}

test('only what is clearly more than the average is too much', () => {
  expect(excessOf(1_000, [])).toBe(0);
  expect(excessOf(1_000, [1_000, 900])).toBe(0);
  expect(excessOf(1_000, [0])).toBe(500);
  expect(excessOf(1_000, [700, 700])).toBe(0);
  expect(excessOf(1_200, [700, 700])).toBe(333);
  expect(excessOf(20, [0])).toBe(0);
  expect(excessOf(0, [1_000])).toBe(0);
});

test('a few each turn are asked, by chance, spread over the turn', async () => {
  const { rebalance, told, fill, asked } = scene([0]);
  fill(100);
  await rebalance.turn();
  expect(told).toHaveLength(10);
  expect(new Set(told.map(({ deviceId }) => deviceId)).size).toBe(10);
  expect(told.map(({ deviceId }) => deviceId)).not.toEqual(
    Array.from({ length: 10 }, (_, n) => `device ${n}`),
  );
  for (const { afterMs } of told) expect(afterMs).toBeLessThan(5_000);
  expect(asked()).toBe(10);
});

test('whoever is spared is not asked, however many are too many', async () => {
  const { rebalance, told, fill, spared } = scene([0], 1_000);
  fill(100);
  for (let n = 0; n < 80; n++) spared.add(`device ${n}`);
  await rebalance.turn(0);
  expect(told).toHaveLength(20);
  expect(told.filter(({ deviceId }) => spared.has(deviceId))).toEqual([]);
  spared.clear();
  for (const nowMs of [5_000, 10_000]) await rebalance.turn(nowMs);
  expect(told.length).toBeGreaterThan(20);
});

test('those who were asked and are still here count as gone, and it ends by itself', async () => {
  const { rebalance, told, fill } = scene([40], 1_000);
  fill(100);
  await rebalance.turn();
  expect(told).toHaveLength(30);
  await rebalance.turn();
  await rebalance.turn();
  expect(told).toHaveLength(30);
});

test('whoever comes back to the same node is left alone for ten minutes', async () => {
  const { rebalance, told, fill, leave, add } = scene([0], 1_000);
  fill(30);
  await rebalance.turn(0);
  expect(told).toHaveLength(15);
  for (const { deviceId } of told) {
    leave(deviceId);
    add(deviceId);
  }
  for (const nowMs of [5_000, 10_000, 15_000, 20_000]) await rebalance.turn(nowMs);
  const counts = Map.groupBy(told, ({ deviceId }) => deviceId);
  expect(told).toHaveLength(30);
  expect(counts.size).toBe(30);
  for (const nowMs of [590_000, 595_000]) await rebalance.turn(nowMs);
  expect(told).toHaveLength(30);
  for (const nowMs of [600_000, 605_000]) await rebalance.turn(nowMs);
  expect(told.length).toBeGreaterThan(30);
});

test('the turn after some were asked is a rest, in which the others tell of them', async () => {
  const { rebalance, told, shared, fill, leave } = scene([0]);
  fill(100);
  await rebalance.turn();
  for (const { deviceId } of [...told]) leave(deviceId);
  await rebalance.turn();
  expect(told).toHaveLength(10);
  expect(shared).toEqual([100, 90]);
  await rebalance.turn();
  expect(told).toHaveLength(20);
});

test('while the others cannot be seen everybody stays', async () => {
  const { rebalance, told, fill } = scene(new Error('Redis is away'));
  fill(100);
  await rebalance.turn();
  expect(told).toEqual([]);
});

test('a node that goes takes its count back; one that never told has none', async () => {
  const told = scene([]);
  await told.rebalance.close();
  expect(told.shared).toEqual([undefined]);
  const off = scene([], 0);
  off.rebalance.start();
  await off.rebalance.close();
  expect(off.shared).toEqual([]);
});
