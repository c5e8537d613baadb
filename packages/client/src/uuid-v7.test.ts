import { expect, it } from 'vitest';
import { createUuidV7 } from './uuid-v7.ts';

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('makes valid ids that carry their time', () => {
  const id = createUuidV7(() => 1_700_000_000_000)();
  expect(id).toMatch(shape);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000);
});

it('only ever grows, within a millisecond and when the clock is set back', () => {
  let nowMs = 1_700_000_000_000;
  const next = createUuidV7(() => nowMs);
  const ids: string[] = [];
  for (let index = 0; index < 20_000; index += 1) {
    if (index % 7_000 === 0) nowMs -= 500;
    if (index % 3_000 === 0) nowMs += 1;
    ids.push(next());
  }
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  for (const id of ids.slice(0, 100)) expect(id).toMatch(shape);
});
