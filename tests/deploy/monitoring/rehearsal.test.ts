import { randomUUID } from 'node:crypto';
import { openCluster, range, startNova, until } from '@nova/dev-env';
import { test } from 'vitest';
import { startPrometheus } from './prometheus.ts';

test('alerts fire when the database goes away, and when the service does', async () => {
  const cluster = await openCluster();
  try {
    await using nova = await startNova({ database: await cluster.createDatabase() });
    await using prometheus = await startPrometheus(nova.node.metricsPort);
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id } = await ana.direct(bob);
    await ana.say(id, 'all is well');
    await until('a scrape', () => prometheus.query('messages_accepted_total == 1'));
    // That one node is one too few is true here.
    await until('silence', async () =>
      (await prometheus.firing()).every((name) => name === 'NovaTooFewPods'),
    );

    await cluster.stop();
    await ana.http('conversation.list');
    const firing = (name: string) => async () => (await prometheus.firing()).includes(name);
    await until('the alert on the database', firing('NovaDatabaseUnavailable'), 30_000);
    await until('health to say so', async () => (await nova.health()).body.status === 'degraded');

    await cluster.start();
    await nova.close();
    await until('the alert on the service', firing('NovaDown'), 30_000);
  } finally {
    await cluster.close();
  }
});

test('an alert fires when readers do not keep up', async () => {
  await using nova = await startNova({
    config: {
      MESSAGE_MAX_LENGTH: '65536',
      WS_MESSAGE_BUFFER_SIZE: '32',
      RATE_LIMIT_SENDS_BURST: '100000',
      RATE_LIMIT_REQUESTS_BURST: '100000',
    },
  });
  await using prometheus = await startPrometheus(nova.node.metricsPort, {
    NovaReadersCut: { '[5m]': '[15s]', '> 1': '> 0.1' },
  });
  const scraped = async () => (await prometheus.query('slow_consumers_closed_total')) === 0;
  await until('a scrape', scraped, 30_000);
  const ana = nova.user('ana');
  const readers = range(1, 5).map((n) => nova.user(`reader ${n}`));
  const sockets = await Promise.all(readers.map((reader) => reader.socket()));
  const anas = await ana.socket();
  const { id: conversationId } = await ana.group(readers);
  for (const { tcp } of sockets) tcp.pause();
  const text = 'x'.repeat(60_000);
  const send = () => anas.request('message.send', { conversationId, id: randomUUID(), text });
  const cut = () => nova.metric('slow_consumers_closed_total');
  await until(
    'all are cut',
    async () => {
      await Promise.all(range(1, 25).map(send));
      return (await cut()) === sockets.length;
    },
    40_000,
  );
  const firing = async () => (await prometheus.firing()).includes('NovaReadersCut');
  await until('the alert on readers', firing, 30_000);
  for (const { tcp } of sockets) tcp.resume();
  await Promise.all(sockets.map(({ closed }) => closed));
});
