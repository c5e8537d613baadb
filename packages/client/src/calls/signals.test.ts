import { expect, test } from 'vitest';
import { NovaClientError } from '../client-error.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { type Signal, SignalReceiver } from './signal-receiver.ts';
import { type Content, SignalSender } from './signal-sender.ts';

const candidate = (port: number) => ({ candidate: `candidate:${port}`, sdpMid: '0' });

function sender() {
  const clock = new FakeClock();
  const sent: (Content & { number: number })[] = [];
  const made = new SignalSender({
    clock,
    send: async (content) => sent.push(content),
  });
  return { clock, sent, made };
}

test('candidates found together leave together, behind the description they belong to', async () => {
  const { clock, sent, made } = sender();
  made.candidate(candidate(1));
  made.description({ type: 'offer', sdp: 'v=0' });
  made.candidate(candidate(2));
  made.candidate(candidate(3));
  await clock.advance(100);
  made.candidate(candidate(4));
  made.candidate({ candidate: '' });
  expect(
    sent.map(({ number, description, candidates }) => [
      number,
      description?.type ?? candidates?.length,
    ]),
  ).toEqual([
    [1, 1],
    [2, 'offer'],
    [3, 2],
    [4, 2],
  ]);
  expect(clock.timers).toBe(0);
});

test('no batch is larger than the service takes, and nothing follows the end', async () => {
  const { clock, sent, made } = sender();
  for (let port = 0; port < 200; port++) made.candidate(candidate(port));
  expect(sent.map(({ candidates }) => candidates?.length)).toEqual([64, 64, 64]);
  made.close();
  made.candidate(candidate(1));
  await clock.advance(1_000);
  expect([sent.length, clock.timers]).toEqual([3, 0]);
});

test('what the service could not take is sent again, in the order of its numbers', async () => {
  const clock = new FakeClock();
  const taken: number[] = [];
  let away = true;
  const made = new SignalSender({
    clock,
    send: async ({ number }) => {
      if (away && number > 1) throw new NovaClientError('unavailable', 'not now');
      taken.push(number);
    },
  });
  made.description({ type: 'offer', sdp: 'v=0' });
  made.candidate({ candidate: '' });
  made.description({ type: 'offer', sdp: 'v=0' });
  await clock.advance(10_000);
  for (let more = 0; more < 100; more++) made.candidate({ candidate: '' });
  expect([taken, clock.timers]).toEqual([[1], 1]);
  away = false;
  await clock.advance(10_000);
  expect(taken).toEqual(Array.from({ length: 65 }, (_, index) => index + 1));
  expect(clock.timers).toBe(0);
});

test('what was refused is not sent again', async () => {
  const clock = new FakeClock();
  const numbers: number[] = [];
  const made = new SignalSender({
    clock,
    send: async ({ number }) => {
      numbers.push(number);
      throw new NovaClientError('callOver', 'too late');
    },
  });
  made.candidate({ candidate: '' });
  await clock.advance(60_000);
  expect([numbers, clock.timers]).toEqual([[1], 0]);
});

function receiver() {
  const clock = new FakeClock();
  const numbers: number[] = [];
  const told: string[] = [];
  const made = new SignalReceiver({
    clock,
    onSignal: ({ number }) => numbers.push(number),
    onGap: () => told.push('gap'),
    onLost: () => told.push('lost'),
  });
  const receive = (...all: number[]) => {
    for (const number of all) made.receive({ number } as Signal);
  };
  return { clock, numbers, told, made, receive };
}

test('signals are taken in order and once, however they come', () => {
  const { numbers, receive, clock } = receiver();
  receive(2, 1, 1, 3, 5, 4, 2);
  expect(numbers).toEqual([1, 2, 3, 4, 5]);
  expect(clock.timers).toBe(0);
});

test('what is missing is asked for; what cannot be had is passed over and said anew', async () => {
  const { clock, numbers, told, receive } = receiver();
  receive(1, 4);
  await clock.advance(500);
  expect(told).toEqual(['gap']);
  receive(2, 3);
  expect(numbers).toEqual([1, 2, 3, 4]);
  receive(9);
  await clock.advance(5_000);
  expect(told).toEqual(['gap', 'gap', 'gap', 'gap', 'lost']);
  expect(numbers).toEqual([1, 2, 3, 4, 9]);
  expect(clock.timers).toBe(0);
});
