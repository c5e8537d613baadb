import { expect, test } from 'vitest';
import { bounds, detailUnder } from './load.ts';

const load = (watched: number, sendsPerSecond = 0) => ({ watched, sendsPerSecond });

test.each([
  [load(0), 'exact'],
  [load(bounds.exact.watched), 'exact'],
  [load(bounds.exact.watched + 1), 'recently'],
  [load(1, bounds.exact.sendsPerSecond + 1), 'recently'],
  [load(bounds.recently.watched + 1), 'off'],
  [load(1, bounds.recently.sendsPerSecond + 1), 'off'],
] as const)('under %o a node that told everything tells %s', (under, detail) => {
  expect(detailUnder(under, 'exact')).toBe(detail);
});

test('what was shed comes back a step at a time, well below the bound', () => {
  expect(detailUnder(load(0), 'off')).toBe('recently');
  expect(detailUnder(load(0), 'recently')).toBe('exact');
  expect(detailUnder(load(bounds.exact.watched * 0.9), 'recently')).toBe('recently');
  expect(detailUnder(load(bounds.recently.watched * 0.9), 'off')).toBe('off');
});
