import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, sendHttp, until } from '@nova/dev-env';
import { stringify } from 'yaml';
import { type Rule, ruleFile } from './queries.ts';

export interface TestPrometheus extends AsyncDisposable {
  /** Names of the alerts that fire. */
  firing(): Promise<readonly string[]>;
  /** The value of a query, undefined where it has none. */
  query(expr: string): Promise<number | undefined>;
}

/** Words of an alert's expression and what stands in for them in a rehearsal of seconds. */
export type Quickened = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * A real Prometheus that scrapes `metricsPort` every second and has our rules, which fire after
 * seconds instead of minutes.
 */
export async function startPrometheus(
  metricsPort: number,
  quickened: Quickened = {},
): Promise<TestPrometheus> {
  const directory = mkdtempSync(join(tmpdir(), 'nova-prometheus-'));
  const groups = ruleFile.groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => ({
      ...(rule.for === undefined ? rule : { ...rule, for: '2s' }),
      expr: quicken(rule, quickened[rule.alert]),
    })),
  }));
  writeFileSync(join(directory, 'rules.yaml'), stringify({ groups }));
  writeFileSync(
    join(directory, 'prometheus.yaml'),
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      scrape_configs: [
        {
          job_name: 'messaging-service',
          static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }],
        },
      ],
    }),
  );
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${directory}/prometheus.yaml`,
      `--storage.tsdb.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ask = (path: string) => sendHttp(origin, { method: 'GET', path });
  const get = async (path: string) => (await ask(path)).body;
  const ready = () => ask('/-/ready').then(({ status }) => status === 200);
  await until('Prometheus', () => ready().catch(() => false), 30_000);
  return {
    async firing() {
      const { data } = await get('/api/v1/alerts');
      const alerts = data.alerts as { state: string; labels: { alertname: string } }[];
      return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    async query(expr) {
      const { data } = await get(`/api/v1/query?query=${encodeURIComponent(expr)}`);
      const value = data.result[0]?.value[1];
      return value === undefined ? undefined : Number(value);
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function quicken({ alert, expr }: Rule, words: Readonly<Record<string, string>> = {}): string {
  return Object.entries(words).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${alert} has no ${from} in ${expr}`);
    return text.replaceAll(from, to);
  }, expr);
}
