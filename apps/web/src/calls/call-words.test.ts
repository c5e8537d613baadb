import type { CallSummary } from '@nova/protocol';
import { expect, it } from 'vitest';
import { durationWords, summaryWords } from './call-words.ts';

it.each([
  [0, '0:00'],
  [67_999, '1:07'],
  [3_750_000, '1:02:30'],
])('%d ms are %s', (durationMs, words) => {
  expect(durationWords(durationMs)).toBe(words);
});

const call = (endReason: CallSummary['endReason'], durationMs?: number): CallSummary => ({
  id: 'c',
  kind: 'video',
  endReason,
  ...(durationMs === undefined ? {} : { durationMs }),
});

it.each([
  [call('hungUp', 61_000), true, 'Video call, 1:01'],
  [call('connectionLost', 1_000), false, 'Video call, 0:01'],
  [call('missed'), true, 'Video call, no answer'],
  [call('cancelled'), false, 'Missed video call'],
  [call('declined'), false, 'Video call declined'],
  [call('failed'), true, 'Video call failed'],
])('%j, one’s own: %s, is told as “%s”', (summary, mine, words) => {
  expect(summaryWords(summary, mine)).toBe(words);
});
