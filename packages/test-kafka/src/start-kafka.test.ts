import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { sharedKafka } from './shared/shared-kafka.ts';
import { startKafka } from './start-kafka.ts';
import { createTopic, produce, watchTopic } from './topic.ts';

// Brokers start in their own time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test('what was produced is still there after the broker was killed and started again', async () => {
  await using kafka = await startKafka();
  await createTopic(kafka.brokers, 'kept', 1);
  await produce(kafka.brokers, 'kept', [{ key: 'a', value: 'one' }]);
  await kafka.kill();
  await expect(fetch(`http://${kafka.brokers}`)).rejects.toThrow('fetch failed');
  await kafka.start();
  await using watch = await watchTopic(kafka.brokers, 'kept');
  await expect.poll(() => watch.records, { timeout: 20_000 }).toMatchObject([{ value: 'one' }]);
});

test('the broker of the run serves every test that asks', async () => {
  const brokers = await sharedKafka();
  expect(await sharedKafka()).toBe(brokers);
  const topic = `shared-${randomUUID()}`;
  await createTopic(brokers, topic);
  await using watch = await watchTopic(brokers, topic);
  await produce(brokers, topic, [{ key: 'a', value: 'one' }, { value: 'two' }]);
  await expect.poll(() => watch.records.length, { timeout: 20_000 }).toBe(2);
});
