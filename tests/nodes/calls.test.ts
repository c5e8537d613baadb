/** Calls of people on different nodes: over Redis, without it, and after a node is gone. */
import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  range,
  startNova,
  startNovaProcess,
  startRedis,
  TestUser,
  until,
} from '@nova/dev-env';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

const candidates = [{ candidate: '' }];

test('ringing, answer, signals and the end cross nodes, in order', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [one, two] = env.nodes;
  const [ana, bob] = [one.user('ana'), two.user('bob')];
  const [a, b] = await Promise.all([ana.socket(), bob.socket()]);
  const elsewhere = await one.as(bob).socket();
  const { id: conversationId } = await ana.direct(bob);
  const { id: callId, legId: anas = '' } = await a.request('call.start', {
    conversationId,
    kind: 'video',
  });
  await Promise.all([b.expect('call.ringing'), elsewhere.expect('call.ringing')]);
  const { legId: bobs = '' } = await b.request('call.accept', { callId });
  const { data: stop } = await elsewhere.expect('call.legEnded');
  expect(stop).toMatchObject({ userId: bob.userId, reason: 'answeredElsewhere' });
  await a.expect('call.updated', ({ data }) => data.state === 'connecting');
  for (let round = 1; round <= 20; round++) {
    await Promise.all([
      a.request('call.signal', { callId, toLegId: bobs, candidates }),
      b.request('call.signal', { callId, toLegId: anas, candidates }),
    ]);
  }
  for (const socket of [a, b]) {
    await socket.expect('call.signal', ({ data }) => data.number === 20);
    expect(socket.all('call.signal').map(({ data }) => data.number)).toEqual(range(1, 20));
  }
  expect(elsewhere.all('call.signal')).toEqual([]);
  await b.request('call.leave', { callId });
  await a.expect('call.ended', ({ data }) => data.endReason === 'hungUp');
});

test('while Redis is away phones ring and stop ringing all the same', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [one, two] = env.nodes;
  const [ana, bob] = [one.user('ana'), two.user('bob')];
  const [a, b] = await Promise.all([ana.socket(), bob.socket()]);
  const tablet = await two.as(bob).socket();
  const { id: conversationId } = await ana.direct(bob);
  await env.redis.kill();
  await redisSeen(env.nodes, false);
  const { id: callId } = await a.request('call.start', { conversationId, kind: 'audio' });
  await Promise.all([b.expect('call.ringing'), tablet.expect('call.ringing')]);
  await a.request('call.cancel', { callId });
  for (const socket of [b, tablet]) {
    await socket.expect('call.ended', ({ data }) => data.endReason === 'cancelled');
  }
});

test('the node of one of them is killed in mid-call: the call goes on, nothing said is lost', async () => {
  const database = await createTestDatabase();
  await using redis = await startRedis();
  const config = { REDIS_URL: redis.url };
  await using one = await startNovaProcess({ database, config });
  await using two = await startNovaProcess({ database, config, keys: one.keys });
  const ana = one.user('ana');
  const bob = two.user('bob');
  const deviceId = randomUUID();
  const [a, b] = await Promise.all([ana.socket(), bob.socket({ deviceId })]);
  await until('Redis carries', async () => {
    const seen = await Promise.all([one, two].map((node) => node.metric('bus_reachable')));
    return seen.every((value) => value === 1);
  });
  const { id: conversationId } = await ana.direct(bob);
  const { id: callId, legId: anas = '' } = await a.request('call.start', {
    conversationId,
    kind: 'video',
  });
  const { legId: bobs = '' } = await b.request('call.accept', { callId });
  for (const socket of [a, b]) {
    await socket.request('call.legState', { callId, state: 'connected' });
  }
  await a.request('call.signal', { callId, toLegId: bobs, candidates });
  await b.expect('call.signal');

  two.signal('SIGKILL');
  await b.closed;
  await a.request('call.signal', { callId, toLegId: bobs, candidates });
  await a.request('call.signal', { callId, toLegId: bobs, candidates });
  const moved = new TestUser('bob', bob.userId, bob.token, () => one.origin);
  const back = await moved.socket({ deviceId });
  const { calls } = await back.request('call.list', {});
  expect(calls).toMatchObject([{ id: callId, state: 'active', legId: bobs }]);
  const { call, signals } = await back.request('call.resume', {
    callId,
    legId: bobs,
    received: [{ fromLegId: anas, number: 1 }],
  });
  expect(signals.map((signal) => (signal as { number: number }).number)).toEqual([2, 3]);
  expect(call.participants.map(({ legs }) => legs[0]?.state)).toEqual(['connected', 'connected']);
  await back.request('call.signal', { callId, toLegId: anas, candidates });
  await a.expect('call.signal');
  await back.request('call.leave', { callId });
  await a.expect('call.ended', ({ data }) => data.endReason === 'hungUp');
  back.cut();
});
