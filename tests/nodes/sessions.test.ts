import { randomUUID } from 'node:crypto';
import { startNova, startRedisCluster, until } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

test.each(['one Redis', 'a cluster'])(
  'on %s a device has one socket, on whichever node',
  async (kind) => {
    await using cluster = kind === 'a cluster' ? await startRedisCluster() : undefined;
    const config = cluster === undefined ? {} : { REDIS_URL: cluster.url };
    await using env = await startNova({ nodes: 2, config });
    await redisSeen(env.nodes, true);
    const ana = env.nodes[0].user('ana');
    const deviceId = randomUUID();
    const first = await ana.socket({ deviceId });
    const other = await ana.socket();
    const second = await env.nodes[1].as(ana).socket({ deviceId });
    expect(await first.closed).toMatchObject({ code: 4509 });
    const third = await ana.socket({ deviceId });
    expect(await second.closed).toMatchObject({ code: 4509 });
    await third.request('conversation.list', {});
    await other.request('conversation.list', {});
  },
);

test('the bound of sockets of a user holds for all nodes together', async () => {
  await using env = await startNova({ nodes: 2, config: { SOCKETS_PER_USER: '3' } });
  await redisSeen(env.nodes, true);
  const here = env.nodes[0].user('ana');
  const there = env.nodes[1].as(here);
  const deviceId = randomUUID();
  const [, , third] = [await here.socket(), await there.socket(), await here.socket({ deviceId })];
  const refused = there.open();
  expect(await refused.closed).toMatchObject({ code: 4504 });
  // A device that moves takes its own place.
  await there.socket({ deviceId });
  expect(await third.closed).toMatchObject({ code: 4509 });
  await here.sockets[0]?.close();
  await until('a place to be free', async () => {
    const socket = there.open();
    await socket.ready;
    return socket.request('conversation.list', {}).catch(() => undefined);
  });
});

test('a Redis that lost everything learns again who is connected', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const ana = env.nodes[0].user('ana');
  const deviceId = randomUUID();
  const first = await ana.socket({ deviceId });
  await env.redis.kill();
  await redisSeen(env.nodes, false);
  // Served while Redis is away, each node for itself.
  const second = await env.nodes[1].as(ana).socket({ deviceId });
  await env.redis.start();
  expect(await first.closed).toMatchObject({ code: 4509 });
  await second.request('conversation.list', {});
});
