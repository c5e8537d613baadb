import { startKafka, startNova, until, watchTopic } from '@nova/dev-env';
import { expect, test, vi } from 'vitest';
import { ownTopics, positionsOf, published, upTo } from './published.ts';

// Brokers and processes start in their own time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const queue = '{queue="kafka"}';

test.each(['stopped', 'killed', 'frozen'] as const)(
  'while Kafka is %s nobody notices, and afterwards everything arrives in order',
  async (how) => {
    await using kafka = await startKafka();
    const { events, config } = await ownTopics(kafka.brokers);
    await using nova = await startNova({ config });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id } = await ana.group([bob]);
    const say = async (from: number, to: number): Promise<number> => {
      const startedAt = performance.now();
      for (let number = from; number <= to; number++) await ana.say(id, `number ${number}`);
      return performance.now() - startedAt;
    };
    const undisturbedMs = await say(1, 50);
    await until(
      'it is relayed',
      async () => (await nova.metric('kafka_events_published_total')) === 51,
    );

    if (how === 'stopped') await kafka.stop();
    if (how === 'killed') await kafka.kill();
    if (how === 'frozen') kafka.pause();
    const disturbedMs = await say(51, 100);
    expect(disturbedMs).toBeLessThan(undisturbedMs * 3 + 200);
    await until(
      'the queue is seen',
      async () => (await nova.metric('message_queue_length', queue)) >= 50,
    );
    await until('the lag is seen', async () => (await nova.metric('kafka_relay_lag_seconds')) > 1);
    await until(
      'health tells of it',
      async () => {
        const { status, body } = await nova.health();
        expect(status).toBe(200);
        return body.status === 'degraded' && body.dependencies.kafka.up === false;
      },
      20_000,
    );

    if (how === 'frozen') kafka.resume();
    else await kafka.start();
    await say(101, 150);
    await using watch = await watchTopic(kafka.brokers, events);
    await expect.poll(() => positionsOf(watch, id), { timeout: 30_000 }).toEqual(upTo(150));
    expect(published(watch)).toHaveLength(151);
    await until(
      'the queue is empty',
      async () => (await nova.metric('message_queue_length', queue)) === 0,
    );
    await until(
      'Kafka is well',
      async () => (await nova.health()).body.dependencies.kafka.up,
      20_000,
    );
  },
);
