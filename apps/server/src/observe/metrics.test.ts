import { afterEach, expect, test } from 'vitest';
import { metricTable } from './metric-table.ts';
import { createMetrics } from './metrics.ts';
import { metricsMarkdown } from './metrics-reference.ts';
import { startMetricsServer } from './metrics-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function metrics() {
  const made = createMetrics({ version: '1.2.3' });
  closing.push(made.close);
  return made;
}

async function serve(made = metrics()) {
  const server = await startMetricsServer({ host: '127.0.0.1', port: 0, metrics: made });
  closing.push(server.close);
  return `http://127.0.0.1:${server.port}`;
}

test('every declared metric is served with its type', async () => {
  const response = await fetch(`${await serve()}/metrics`);
  expect(response.headers.get('content-type')).toMatch('text/plain');
  const text = await response.text();
  for (const { name, type } of Object.values(metricTable)) {
    expect(text).toContain(`# TYPE ${name} ${type}`);
  }
});

test('nothing else is served there', async () => {
  const address = await serve();
  expect((await fetch(`${address}/`)).status).toBe(404);
  expect((await fetch(`${address}/metrics`, { method: 'POST' })).status).toBe(404);
});

test('values that are looked up are read at every scrape', async () => {
  const made = metrics();
  let queued = 0;
  made.onScrape(() => made.messageQueueLength.set({ queue: 'send' }, queued));
  queued = 7;
  expect(await made.render()).toContain('message_queue_length{queue="send"} 7');
  queued = 3;
  expect(await made.render()).toContain('message_queue_length{queue="send"} 3');
});

test('two nodes of one process count apart', async () => {
  const [one, other] = [metrics(), metrics()];
  one.messagesAccepted.inc(5);
  expect(await one.render()).toContain('messages_accepted_total 5');
  expect(await other.render()).toContain('messages_accepted_total 0');
});

test('the process tells of itself', async () => {
  const text = await metrics().render();
  expect(Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])).toBeGreaterThan(1e6);
  expect(Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect(text).toContain('event_loop_delay_seconds{quantile="0.99"}');
  expect(text).toContain('nova_build_info{version="1.2.3"');
});

test('the reference names every metric', () => {
  const page = metricsMarkdown();
  for (const { name } of Object.values(metricTable)) expect(page).toContain(`| \`${name}\` |`);
});
