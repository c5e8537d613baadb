import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import {
  createTestDatabase,
  openCluster,
  openKeys,
  produce,
  sharedKafka,
  startKafka,
  startNova,
  startNovaProcess,
  type TestDatabase,
  until,
  watchTopic,
} from '@nova/dev-env';
import { expect, test, vi } from 'vitest';
import { ownTopics } from './published.ts';

// Groups settle in their own time: a member that was killed is missed after six seconds.
vi.setConfig({ testTimeout: 120_000 });

/** Tells a name of somebody; resolves with the user's id. */
async function tellName(brokers: string, topic: string, name: string): Promise<string> {
  const [id, userId] = [randomUUID(), randomUUID()];
  const event = { id, type: 'user.profileUpdated', at: new Date().toISOString(), userId, name };
  await produce(brokers, topic, [{ key: userId, value: JSON.stringify(event) }]);
  return userId;
}

const nameOf = async (database: TestDatabase, userId: string): Promise<string | undefined> => {
  const select = 'select name from users where id = $1';
  return (await database.query<{ name: string }>(select, [userId]))[0]?.name;
};

test('when the node that consumes is killed another goes on, and no event is missed', async () => {
  const brokers = await sharedKafka();
  const { userEvents, config } = await ownTopics(brokers);
  const database = await createTestDatabase();
  const shared = { database, keys: openKeys(), config };
  await using one = await startNovaProcess(shared);
  await using other = await startNovaProcess(shared);
  const told = await Promise.all(
    ['a', 'b', 'c'].map((name) => tellName(brokers, userEvents, name)),
  );
  for (const userId of told) await until('a name', () => nameOf(database, userId), 30_000);
  one.signal('SIGKILL');
  const later = await Promise.all(
    ['d', 'e', 'f'].map((name) => tellName(brokers, userEvents, name)),
  );
  for (const userId of later) await until('a later name', () => nameOf(database, userId), 30_000);
  const labels = '{type="user.profileUpdated",outcome="applied"}';
  expect(await other.metric('user_events_total', labels)).toBeGreaterThanOrEqual(3);
});

test('an event that meets no database waits for it, and is not put aside', async () => {
  const brokers = await sharedKafka();
  const { userEvents, config } = await ownTopics(brokers);
  const cluster = await openCluster({ durable: true });
  try {
    const database = await cluster.createDatabase();
    await using nova = await startNova({ database, config });
    const before = await tellName(brokers, userEvents, 'before');
    await until('it consumes', () => nameOf(database, before), 20_000);
    await cluster.stop();
    const meanwhile = await tellName(brokers, userEvents, 'meanwhile');
    await until('it was tried', () => nova.metric('kafka_errors_total', '{doing="consume"}'));
    await cluster.start();
    await until('it is applied', () => nameOf(database, meanwhile), 20_000);
    const deadLettered = '{type="unknown",outcome="deadLettered"}';
    expect(await nova.metric('user_events_total', deadLettered)).toBe(0);
  } finally {
    await cluster.close();
  }
});

test('a member that cannot join its group again ends nothing, and comes back anew', async () => {
  const brokers = await sharedKafka();
  const { userEvents, config } = await ownTopics(brokers);
  const consumers: EventEmitter[] = [];
  // Where the client library tells of each object it makes.
  const channel = 'plt:kafka:instances';
  const onInstance = (message: unknown): void => {
    const { type, instance } = message as { type: string; instance: EventEmitter };
    if (type === 'consumer') consumers.push(instance);
  };
  subscribe(channel, onInstance);
  try {
    await using nova = await startNova({ config });
    const before = await tellName(brokers, userEvents, 'before');
    await until('it consumes', () => nameOf(nova.database, before), 20_000);
    const [consumer] = consumers;
    consumer?.emit('error', new Error('the group is not there'));
    const after = await tellName(brokers, userEvents, 'after');
    await until('it consumes again', () => nameOf(nova.database, after), 20_000);
    expect(consumers).toHaveLength(2);
    expect(await nova.metric('kafka_errors_total', '{doing="consume"}')).toBe(1);
  } finally {
    unsubscribe(channel, onInstance);
  }
});

test('a node that starts without Kafka serves, and consumes and relays once it is there', async () => {
  await using kafka = await startKafka();
  const { userEvents, events, config } = await ownTopics(kafka.brokers);
  await kafka.stop();
  await using nova = await startNova({ config });
  const [ana, bob] = [nova.user('ana'), nova.user('bob')];
  const { id } = await ana.direct(bob);
  await ana.say(id, 'nobody listens yet');
  expect((await nova.health()).status).toBe(200);
  await kafka.start();
  const userId = await tellName(kafka.brokers, userEvents, 'late');
  await until('the name', () => nameOf(nova.database, userId), 40_000);
  await using watch = await watchTopic(kafka.brokers, events);
  await expect.poll(() => watch.records.length, { timeout: 20_000 }).toBe(2);
});

test('a node can be stopped while Kafka is away', async () => {
  await using kafka = await startKafka();
  const { config } = await ownTopics(kafka.brokers);
  await using nova = await startNovaProcess({ database: await createTestDatabase(), config });
  const [ana, bob] = [nova.user('ana'), nova.user('bob')];
  await until('it relays', async () => (await nova.metric('kafka_relay_active')) === 1);
  kafka.pause();
  await ana.direct(bob);
  const toldAt = Date.now();
  nova.signal('SIGTERM');
  expect(await nova.exited).toBe(0);
  expect(Date.now() - toldAt).toBeLessThan(10_000);
});
