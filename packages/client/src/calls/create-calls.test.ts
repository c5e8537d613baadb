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

test('a service that cannot answer yet ends no call, and is asked again', async () => {
  const nova = new Nova();
  const clock = new FakeClock();
  const calls = createCalls(nova as never, {
    clock,
    peerConnection: new FakeNetwork().peerConnection as never,
    mediaDevices: new FakeDevices() as never,
    mediaStream: FakeStream as never,
  });
  nova.answers = { 'call.start': { ...call, legId: 'the leg' }, 'call.mediaState': call };
  const live = await calls.start(call.conversationId);
  nova.tell({ event: 'call.updated', data: call } as ServerEvent);
  nova.answers = { 'call.list': { calls: [] } };
  const resumes = () => nova.asked.filter((name) => name === 'call.resume').length;

  nova.cut();
  await settled();
  expect(nova.asked).toContain('call.get');
  expect(live.getSnapshot().end).toBeNull();
  await clock.advance(1_000);
  expect(resumes()).toBe(2);

  nova.answers = { 'call.resume': { call, signals: [] }, 'call.mediaState': call };
  await clock.advance(1_000);
  await clock.advance(60_000);
  expect(resumes()).toBe(3);
  expect(live.getSnapshot().phase).toBe('ringing');

  nova.answers = { 'call.list': { calls: [] } };
  nova.cut();
  nova.tell({ event: 'call.ended', data: { ...call, state: 'ended', version: 2 } } as ServerEvent);
  await clock.advance(60_000);
  expect(resumes()).toBe(4);
});
