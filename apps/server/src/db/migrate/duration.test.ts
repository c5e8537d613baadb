import { expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

it.each([
  [0.85, '850µs'],
  [12.34, '12.3ms'],
  [999, '999ms'],
  [4560, '4.56s'],
  [125_100, '2m5.1s'],
])('%d ms is %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
