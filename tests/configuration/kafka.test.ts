import { randomUUID } from 'node:crypto';
import { compressionOf, groupsOf, sharedKafka, startNova, until } from '@nova/dev-env';
import { expect, test, vi } from 'vitest';
import { ownTopics } from '../kafka/published.ts';
import { listenMutely } from './mute-server.ts';

// Brokers start in their own time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
  'KAFKA_COMPRESSION_TYPE %s is how the broker stores what is published',
  async (codec) => {
    const { config, events } = await ownTopics(await sharedKafka());
    await using nova = await startNova({ config: { ...config, KAFKA_COMPRESSION_TYPE: codec } });
    const ana = nova.user('ana');
    const { id } = await ana.group([nova.user('bob')]);
    await ana.say(id, 'a text that repeats itself, '.repeat(100));
    const published = () => nova.metric('kafka_events_published_total');
    await until('it is published', async () => (await published()) === 2, 30_000);
    expect(await compressionOf(config.KAFKA_BROKERS, events)).toEqual([codec]);
  },
);

test('KAFKA_CONSUMER_GROUP is the group that the broker knows', async () => {
  const { config } = await ownTopics(await sharedKafka());
  const group = `a-group-${randomUUID()}`;
  await using _nova = await startNova({ config: { ...config, KAFKA_CONSUMER_GROUP: group } });
  const known = async () => (await groupsOf(config.KAFKA_BROKERS)).includes(group);
  await until('the group', known, 30_000);
});

test('KAFKA_REQUEST_TIMEOUT_MS: how long a broker that hangs is waited for', async () => {
  const heldMs = async (timeoutMs: string): Promise<number> => {
    await using mute = await listenMutely();
    const config = { KAFKA_BROKERS: mute.address, KAFKA_REQUEST_TIMEOUT_MS: timeoutMs };
    await using _nova = await startNova({ config });
    return await mute.firstLifeMs;
  };
  expect(await heldMs('500')).toBeLessThan(2_000);
  // What looks whether brokers answer at all gives up after 3 s.
  expect(await heldMs('30000')).toBeGreaterThan(2_500);
});
