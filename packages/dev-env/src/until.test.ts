import { expect, test } from 'vitest';
import { until } from './until.ts';

test.each([
  ['0', 0],
  ['an empty text', ''],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
])('%s is waited past', async (_, nothing) => {
  const answers = [nothing, nothing, 'something'];
  expect(await until('something', () => answers.shift())).toBe('something');
  expect(answers).toEqual([]);
});

test('what never comes is named', async () => {
  const waiting = until('rain', async () => 0, 30);
  await expect(waiting).rejects.toThrow('waited 30 ms in vain: rain');
});
