import type { Call, ServerEvent } from '@nova/protocol';
import { expect, test } from 'vitest';
import { NovaClientError } from '../client-error.ts';
import { FakeClock, settled } from '../testing/fake-clock.ts';
import { FakeDevices, FakeStream } from '../testing/fake-media.ts';
import { FakeNetwork } from '../testing/fake-peer-connection.ts';
import { createCalls } from './create-calls.ts';

const call = {
  id: 'the call',
  conversationId: 'the conversation',
  createdBy: 'ana',
  kind: 'video',
  state: 'ringing',
  version: 1,
  participants: [],
} as unknown as Call;

/** A connection of which the test says whether it is there, and a service that answers as it says. */
class Nova {
  readonly userId = 'ana';
  readonly deviceId = 'a phone';
  readonly asked: string[] = [];
  answers: Readonly<Record<string, object>> = {};
  tell: (event: ServerEvent) => void = () => {};
  #online = true;
  #follow: () => void = () => {};
  readonly connection = {
    longestWaitMs: undefined as number | undefined,
    getSnapshot: () => ({ online: this.#online }),
    subscribe: (listener: () => void) => {
      this.#follow = listener;
      return () => {};
    },
  };

  onEvent(listener: (event: ServerEvent) => void): () => void {
    this.tell = listener;
    return () => {};
  }

  async request(name: string): Promise<object> {
    this.asked.push(name);
    const answer = this.answers[name];
    if (answer === undefined) throw new NovaClientError('unavailable', 'the database is away');
    return answer;
  }

  cut(): void {
    this.#online = false;
    this.#follow();
    this.#online = true;
    this.#follow();
  }
}

function board() {
  const nova = new Nova();
  const clock = new FakeClock();
  const calls = createCalls(nova as never, {
    clock,
    peerConnection: new FakeNetwork().peerConnection as never,
    mediaDevices: new FakeDevices() as never,
    mediaStream: FakeStream as never,
  });
  const asked = (name: string) => nova.asked.filter((each) => each === name).length;
  return { nova, clock, calls, asked };
}

const ended = { ...call, state: 'ended', version: 2 };

test('a service that cannot answer yet ends no call, and is asked again', async () => {
  const { nova, clock, calls, asked } = board();
  nova.answers = { 'call.start': { ...call, legId: 'the leg' }, 'call.mediaState': call };
  const live = await calls.start(call.conversationId);
  nova.tell({ event: 'call.updated', data: call } as ServerEvent);
  nova.answers = { 'call.list': { calls: [] } };

  nova.cut();
  await settled();
  expect(nova.asked).toContain('call.get');
  expect(live.getSnapshot().end).toBeNull();
  // Half of 0.5 s, then half of 1 s.
  await clock.advance(250);
  await clock.advance(500);
  expect(asked('call.resume')).toBe(3);

  nova.answers = {
    'call.resume': { call, signals: [] },
    'call.mediaState': call,
    'call.get': call,
  };
  await clock.advance(60_000);
  expect(asked('call.resume')).toBe(4);
  expect(live.getSnapshot().phase).toBe('ringing');

  nova.answers = { 'call.list': { calls: [] } };
  nova.cut();
  nova.tell({ event: 'call.ended', data: ended } as ServerEvent);
  await clock.advance(60_000);
  expect(asked('call.resume')).toBe(5);
});

test('which calls are live is asked until it is answered, of each call too', async () => {
  const { nova, clock, calls, asked } = board();
  nova.tell({ event: 'call.updated', data: call } as ServerEvent);
  expect(calls.getSnapshot().joinable).toHaveLength(1);
  nova.cut();
  await clock.advance(10_000);
  const before = asked('call.list');
  expect(before).toBeGreaterThan(3);

  nova.answers = { 'call.list': { calls: [] } };
  await clock.advance(10_000);
  expect(asked('call.list')).toBe(before + 1);
  expect(calls.getSnapshot().joinable).toHaveLength(1);
  nova.answers = { 'call.get': ended };
  await clock.advance(10_000);
  expect(calls.getSnapshot().joinable).toHaveLength(0);
  expect(clock.timers).toBe(0);
});

test('nothing is asked again once calls are closed', async () => {
  const { nova, clock, calls } = board();
  nova.cut();
  await settled();
  nova.cut();
  // Its question is on its way.
  calls.close();
  await settled();
  expect(clock.timers).toBe(0);
});

test('whoever is in a call waits five seconds at most for the next try to connect', async () => {
  const { nova, calls } = board();
  const { connection } = nova;
  nova.answers = { 'call.start': { ...call, legId: 'the leg' }, 'call.leave': ended };
  expect(connection.longestWaitMs).toBeUndefined();
  const live = await calls.start(call.conversationId);
  expect(connection.longestWaitMs).toBe(5_000);
  await live.hangUp();
  expect(connection.longestWaitMs).toBeUndefined();
});
