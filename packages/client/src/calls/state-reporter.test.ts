import { expect, test } from 'vitest';
import { NovaClientError } from '../client-error.ts';
import { FakeClock, settled } from '../testing/fake-clock.ts';
import { StateReporter } from './state-reporter.ts';

const away = new NovaClientError('unavailable', 'not now', { retryAfterMs: 1_000 });

function reporter(answer: (sent: readonly string[]) => Promise<unknown> = async () => {}) {
  const clock = new FakeClock();
  const sent: string[] = [];
  const made = new StateReporter<string>({
    clock,
    told: 'off',
    same: (one, other) => one === other,
    report: (state) => {
      sent.push(state);
      return answer(sent);
    },
  });
  return { clock, sent, made };
}

test('one state is on its way at a time, and the newest is the last', async () => {
  const answers: (() => void)[] = [];
  const { sent, made } = reporter(() => new Promise<void>((resolve) => answers.push(resolve)));
  made.follow('off');
  made.follow('on');
  made.follow('off');
  made.follow('loud');
  expect(sent).toEqual(['on']);
  answers[0]?.();
  await settled();
  expect(sent).toEqual(['on', 'loud']);
  answers[1]?.();
  await settled();
  made.follow('loud');
  expect(sent).toHaveLength(2);
});

test('what the service could not take is said again by itself, and then no more', async () => {
  const { clock, sent, made } = reporter(async (all) => {
    if (all.length < 3) throw away;
  });
  made.follow('on');
  await clock.advance(999);
  expect(sent).toEqual(['on']);
  await clock.advance(60_000);
  expect([sent, clock.timers]).toEqual([['on', 'on', 'on'], 0]);
});

test('what was newer by then is said in its place', async () => {
  const { clock, sent, made } = reporter(async (all) => {
    if (all.length === 1) throw away;
  });
  made.follow('on');
  await settled();
  made.follow('loud');
  await clock.advance(60_000);
  expect([sent, clock.timers]).toEqual([['on', 'loud'], 0]);
});

test('what was refused waits for the next occasion', async () => {
  const { clock, sent, made } = reporter(async (all) => {
    if (all.length === 1) throw new NovaClientError('callOver', 'too late');
  });
  made.follow('on');
  await clock.advance(60_000);
  expect([sent, clock.timers]).toEqual([['on'], 0]);
  made.follow('on');
  await settled();
  expect(sent).toEqual(['on', 'on']);
});

test('a service that may have forgotten is told again, as is one after there was nothing to say', async () => {
  const { sent, made } = reporter();
  made.follow('on');
  await settled();
  made.forget();
  made.follow('on');
  await settled();
  made.follow(null);
  made.follow('on');
  await settled();
  expect(sent).toEqual(['on', 'on', 'on']);
});

test('nothing is said or waited for after the end', async () => {
  const { clock, sent, made } = reporter(async () => {
    throw away;
  });
  made.follow('on');
  await settled();
  made.close();
  made.follow('loud');
  await clock.advance(60_000);
  expect([sent, clock.timers]).toEqual([['on'], 0]);
});
