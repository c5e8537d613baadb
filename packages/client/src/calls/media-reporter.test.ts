import type { MediaState } from '@nova/protocol';
import { expect, test } from 'vitest';
import { MediaReporter } from './media-reporter.ts';

const off: MediaState = { microphone: false, camera: false, screen: false, hold: false };
const on: MediaState = { ...off, microphone: true };
const settled = (): Promise<unknown> => new Promise(setImmediate);

test('one state is on its way at a time, and the newest is the last', async () => {
  const sent: MediaState[] = [];
  const answers: (() => void)[] = [];
  const reporter = new MediaReporter(off, (media) => {
    sent.push(media);
    return new Promise<void>((resolve) => answers.push(resolve));
  });
  reporter.follow(on);
  reporter.follow(off);
  reporter.follow({ ...on, camera: true });
  expect(sent).toEqual([on]);
  answers[0]?.();
  await settled();
  expect(sent).toEqual([on, { ...on, camera: true }]);
  answers[1]?.();
  await settled();
  reporter.follow({ ...on, camera: true });
  expect(sent).toHaveLength(2);
});

test('what could not be said is said again', async () => {
  const sent: MediaState[] = [];
  const reporter = new MediaReporter(off, async (media) => {
    sent.push(media);
    if (sent.length === 1) throw new Error('no connection');
  });
  reporter.follow(on);
  await settled();
  reporter.follow(on);
  await settled();
  reporter.follow(on);
  expect(sent).toEqual([on, on]);
});
