import { afterEach, expect, it, vi } from 'vitest';
import type { Queryable, Statement } from '#db/database.js';
import { Tail } from './tail.ts';

afterEach(() => vi.useRealTimers());

/** A log whose horizon is what the scene says, and nothing in it. */
function setScene() {
  const log = { horizon: 100n };
  const db: Queryable = {
    rows: async <Row>({ name }: Statement) =>
      (name === 'log_horizon'
        ? [{ horizon: String(log.horizon), epoch: 'one', durable: true }]
        : []) as Row[],
  };
  const uncarried: [since: bigint, last: boolean][] = [];
  let failures = 0;
  const tail = new Tail({
    db,
    intervalMs: 1_000,
    hurriedIntervalMs: 100,
    onPassed: async () => 0,
    onUncarried: async (since, last) => {
      if (failures-- > 0) throw new Error('away');
      uncarried.push([since, last]);
    },
    onError: () => undefined,
  });
  return {
    log,
    tail,
    uncarried,
    fail: (times: number) => {
      failures = times;
    },
  };
}

it('reads what the bus did not carry from before it was noticed, and once more after', async () => {
  vi.useFakeTimers();
  const { log, tail, uncarried } = setScene();
  await tail.start();
  for (let second = 0; second < 20; second++) {
    log.horizon += 10n;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(uncarried).toEqual([]);
  tail.hurry(true);
  await vi.advanceTimersByTimeAsync(50);
  // Five seconds ago the bus carried for certain.
  expect(uncarried).toEqual([[240n, false]]);
  log.horizon = 400n;
  await vi.advanceTimersByTimeAsync(100);
  expect(uncarried.at(-1)).toEqual([300n, false]);
  tail.hurry(false);
  await vi.advanceTimersByTimeAsync(50);
  expect(uncarried.at(-1)).toEqual([400n, true]);
  uncarried.length = 0;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(uncarried).toEqual([]);
  await tail.close();
});

it('reads what another node could not tell, until that has succeeded', async () => {
  vi.useFakeTimers();
  const { tail, uncarried, fail } = setScene();
  await tail.start();
  await vi.advanceTimersByTimeAsync(3_000);
  fail(2);
  tail.untold(42n);
  await vi.advanceTimersByTimeAsync(400);
  expect(uncarried).toEqual([[42n, true]]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(uncarried).toHaveLength(1);
  await tail.close();
});

it('names a horizon that is older than what may still be told', async () => {
  vi.useFakeTimers();
  const { log, tail } = setScene();
  await tail.start();
  tail.hurry(true);
  for (let second = 0; second < 20; second++) {
    log.horizon += 10n;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(tail.settledHorizon).toBeLessThanOrEqual(260n);
  expect(tail.settledHorizon).toBeGreaterThan(200n);
  await tail.close();
});
