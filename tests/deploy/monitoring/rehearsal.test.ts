import { test } from 'vitest';
import { openCluster, startNova, until } from '../../e2e/nova.ts';
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
