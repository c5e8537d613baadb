import { startKafka, startNova, until } from '@nova/dev-env';
import { expect, test, vi } from 'vitest';
import { ownTopics } from '../../kafka/published.ts';
import { startPrometheus } from './prometheus.ts';
import { dashboardQueries, rules, usesOf } from './queries.ts';

// A broker starts in its own time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

test('an alert fires while Kafka is away, and ends once it is back', async () => {
  await using kafka = await startKafka();
  const { config } = await ownTopics(kafka.brokers);
  await using nova = await startNova({ config });
  await using prometheus = await startPrometheus(nova.node.metricsPort, {
    NovaEventsWaitForKafka: { '> 300': '> 3' },
  });
  const [ana, bob] = [nova.user('ana'), nova.user('bob')];
  const { id } = await ana.group([bob]);
  const published = () => nova.metric('kafka_events_published_total');
  await until('it is relayed', async () => (await published()) === 1, 30_000);
  const firing = async () => (await prometheus.firing()).includes('NovaEventsWaitForKafka');
  await until('a scrape', () => prometheus.query('kafka_relay_active == 1'), 30_000);
  expect(await firing()).toBe(false);

  await kafka.stop();
  await ana.say(id, 'nobody else hears of this yet');
  await until('the alert', firing, 60_000);

  await kafka.start();
  await until('it is relayed', async () => (await published()) === 2, 60_000);
  await until('silence', async () => !(await firing()), 30_000);

  // Seen by Prometheus itself: a gauge or counter without labels has a value from the first scrape.
  const named = new Set(
    [...rules.map(({ expr }) => expr), ...dashboardQueries.map(([, expr]) => expr)].flatMap(
      (expr) => usesOf(expr).map(({ metric }) => metric),
    ),
  );
  expect([...named]).toContain('kafka_relay_lag_seconds');
  for (const name of [...named].filter((one) => one.startsWith('kafka_'))) {
    expect(await prometheus.query(`count(${name})`), name).toBeGreaterThan(0);
  }
});
