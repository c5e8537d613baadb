import { startNova, startRedis, until } from '@nova/dev-env';
import { describe, expect, test } from 'vitest';
import { listenMutely } from './mute-server.ts';

const connections = async (redis: Awaited<ReturnType<typeof startRedis>>) =>
  (await redis.command('client', 'list')).split('\n').filter((line) => !line.includes('cmd=client'))
    .length;

test('REDIS_POOL_SIZE: connections of one node', async () => {
  await using redis = await startRedis();
  const count = async (size: string): Promise<number> => {
    await using nova = await startNova({ config: { REDIS_URL: redis.url, REDIS_POOL_SIZE: size } });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id } = await ana.direct(bob);
    await ana.say(id, 'over the bus');
    let last = -1;
    await until('a steady number', async () => {
      const now = await connections(redis);
      const steady = now === last && now >= Number(size);
      last = now;
      return steady;
    });
    return last;
  };
  const three = await count('3');
  await until('no connection', async () => (await connections(redis)) === 0);
  expect((await count('9')) - three).toBe(6);
});

test('REDIS_PASSWORD wins over the one in REDIS_URL', async () => {
  await using redis = await startRedis({ settings: ['--requirepass', 'right'] });
  const url = redis.url.replace('redis://', 'redis://:wrong@');
  await using nova = await startNova({ config: { REDIS_URL: url, REDIS_PASSWORD: 'right' } });
  await until('redis to be up', async () => (await nova.health()).body.dependencies.redis?.up);
  expect((await nova.health()).body.status).toBe('ok');
});

describe('a Redis that hangs is given up', () => {
  /** How long a node holds a connection that nothing comes over. */
  const heldMs = async (scheme: string, config: Record<string, string>): Promise<number> => {
    await using mute = await listenMutely();
    const url = `${scheme}://${mute.address}`;
    await using _nova = await startNova({ config: { REDIS_URL: url, ...config } });
    return await mute.firstLifeMs;
  };

  test('while it connects, after REDIS_CONNECT_TIMEOUT', async () => {
    // A connection over TLS stands once both sides have spoken.
    const times = { REDIS_POOL_TIMEOUT: '60' };
    const short = await heldMs('rediss', { ...times, REDIS_CONNECT_TIMEOUT: '1' });
    const long = await heldMs('rediss', { ...times, REDIS_CONNECT_TIMEOUT: '3' });
    expect([Math.round(short / 1_000), Math.round(long / 1_000)]).toEqual([1, 3]);
  });

  test('once it is connected, after REDIS_POOL_TIMEOUT', async () => {
    const times = { REDIS_CONNECT_TIMEOUT: '60' };
    const short = await heldMs('redis', { ...times, REDIS_POOL_TIMEOUT: '1' });
    const long = await heldMs('redis', { ...times, REDIS_POOL_TIMEOUT: '3' });
    expect([Math.round(short / 1_000), Math.round(long / 1_000)]).toEqual([1, 3]);
  });
});
