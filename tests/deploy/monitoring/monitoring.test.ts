import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendHttp, startNova } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { runProgram } from '../../../scripts/run-program.ts';
import { repositoryDirectory } from '../kubernetes/objects.ts';
import {
  bareMetrics,
  dashboardQueries,
  prometheusRule,
  ruleFile,
  rules,
  usesOf,
} from './queries.ts';

const directory = join(repositoryDirectory, 'deploy/monitoring');
const promtool = (...given: readonly string[]) => runProgram(['promtool', ...given], { directory });

let temporary: string;
/** What the running service answers to a scrape, after a message was sent. */
let scraped: string;
/** Names of the running service's metrics, and the labels of each as its documentation tells. */
let metrics: ReadonlyMap<string, string>;

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'nova-monitoring-'));
  await using nova = await startNova();
  const ana = nova.user('ana');
  await ana.socket();
  const { id } = await ana.direct(nova.user('bob'));
  await ana.say(id, 'measured');
  const { body } = await sendHttp(`http://127.0.0.1:${nova.node.metricsPort}`, {
    method: 'GET',
    path: '/metrics',
  });
  scraped = String(body);
  metrics = new Map(
    [...scraped.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
});
afterAll(() => rmSync(temporary, { recursive: true }));

const documented = readFileSync(join(repositoryDirectory, 'docs/metrics.md'), 'utf8');
const addedByPrometheus = ['job', 'instance', 'namespace', 'le'];
const ofTheCluster = /^(up|kube_\w+)$/;

/** `name_bucket`, `_sum` and `_count` belong to the histogram `name`. */
function metricOf(name: string): string | undefined {
  if (metrics.has(name)) return name;
  const histogram = name.replace(/_(bucket|sum|count)$/, '');
  return metrics.get(histogram) === 'histogram' ? histogram : undefined;
}

const queries = [...rules.map(({ alert, expr }) => [alert, expr] as const), ...dashboardQueries];

test.each(queries)('%s: every metric and label exists on the running service', (_, expr) => {
  expect(bareMetrics(expr)).toEqual([]);
  for (const { metric, labels } of usesOf(expr)) {
    if (ofTheCluster.test(metric)) continue;
    const known = metricOf(metric);
    expect(known, `${metric} exists`).toBeDefined();
    const line = documented.split('\n').find((one) => one.includes(`\`${known}\``));
    for (const label of labels) {
      if (!addedByPrometheus.includes(label)) expect(line).toContain(`\`${label}\``);
    }
  }
});

// The names that the guide gives people for their own dashboards.
test.each([
  ['http_requests_total', 'counter'],
  ['http_request_duration_seconds', 'histogram'],
  ['websocket_connections_active', 'gauge'],
  ['database_query_duration_seconds', 'histogram'],
  ['message_queue_length', 'gauge'],
])('%s is a %s with a value', (name, type) => {
  expect(metrics.get(name)).toBe(type);
  expect(scraped).toMatch(new RegExp(`^${name}${type === 'histogram' ? '_count' : ''}[{ ]`, 'm'));
});

test('promtool accepts the rules, and their unit tests pass', async () => {
  expect(await promtool('check', 'rules', 'alerts.yaml')).toMatchObject({ exitCode: 0 });
  expect(await promtool('test', 'rules', 'alerts.test.yaml')).toMatchObject({ exitCode: 0 });
});

test('every alert is part of a unit test', () => {
  const unitTests = readFileSync(join(directory, 'alerts.test.yaml'), 'utf8');
  for (const { alert } of rules) expect(unitTests).toContain(alert);
});

test('promtool accepts every query of the dashboard', async () => {
  const file = join(temporary, 'dashboard.yaml');
  const recorded = dashboardQueries.map(([, expr], index) => ({ record: `panel:${index}`, expr }));
  writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules: recorded }] }));
  expect(await promtool('check', 'rules', file)).toMatchObject({ exitCode: 0 });
});

test('the scrape configuration is one, discovery aside, which Debian builds without', async () => {
  const scrape = parse(readFileSync(join(directory, 'prometheus.yaml'), 'utf8'));
  const [job] = scrape.scrape_configs;
  expect(job.job_name).toBe('messaging-service');
  expect(job.kubernetes_sd_configs).toEqual([
    { role: 'pod', namespaces: { names: ['nova-messaging'] } },
  ]);
  delete job.kubernetes_sd_configs;
  scrape.rule_files = [join(directory, 'alerts.yaml')];
  const file = join(temporary, 'prometheus.yaml');
  writeFileSync(file, stringify(scrape));
  expect(await promtool('check', 'config', file)).toMatchObject({ exitCode: 0 });
});

test('the operator’s rules are the same', () => {
  expect(prometheusRule.spec).toEqual(ruleFile);
});

test('every alert says how bad it is and where the runbook is', () => {
  const operations = readFileSync(join(repositoryDirectory, 'docs/operations.md'), 'utf8');
  const anchors = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const { alert, labels, annotations } of rules) {
    expect(['critical', 'warning'], alert).toContain(labels.severity);
    const [file, anchor] = (annotations.runbook ?? '').split('#');
    expect(file, alert).toBe('docs/operations.md');
    expect(anchors, alert).toContain(anchor);
    expect(annotations.summary, alert).toBeTruthy();
  }
});
