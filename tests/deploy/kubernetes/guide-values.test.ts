// The values that the deployment guide promises, one test for each of its tables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Probe } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { readConfig } from '../../../apps/server/src/config/read-config.ts';
import { objectOf, repositoryDirectory } from './objects.ts';
import { serviceManifests } from './service-manifests.ts';

const deployment = objectOf(serviceManifests, 'Deployment');
const pod = deployment.spec?.template.spec;
const [container] = pod?.containers ?? [];
const [init] = pod?.initContainers ?? [];

test('three replicas, 3 to 10 by CPU at 70 % and memory at 80 %, two always available', () => {
  expect(deployment.spec?.replicas).toBe(3);
  const { minReplicas, maxReplicas, metrics } =
    objectOf(serviceManifests, 'HorizontalPodAutoscaler').spec ?? {};
  expect({ minReplicas, maxReplicas }).toEqual({ minReplicas: 3, maxReplicas: 10 });
  const targets = metrics?.map(({ resource }) => [
    resource?.name,
    resource?.target.type,
    resource?.target.averageUtilization,
  ]);
  expect(targets).toEqual([
    ['cpu', 'Utilization', 70],
    ['memory', 'Utilization', 80],
  ]);
  expect(objectOf(serviceManifests, 'PodDisruptionBudget').spec?.minAvailable).toBe(2);
});

test('requests and limits', () => {
  expect(container?.resources).toEqual({
    requests: { cpu: '500m', memory: '512Mi' },
    limits: { cpu: '2000m', memory: '2Gi' },
  });
});

test.each<[string, V1Probe | undefined, readonly number[]]>([
  ['startup', container?.startupProbe, [0, 5, 3, 30]],
  ['readiness', container?.readinessProbe, [10, 5, 3, 2]],
  ['liveness', container?.livenessProbe, [30, 10, 5, 3]],
])('the %s probe', (_, probe, numbers) => {
  expect(probe?.httpGet?.path).toBe('/health');
  const { port } = probe?.httpGet ?? {};
  expect(container?.ports?.find(({ name }) => name === port)?.containerPort).toBe(3000);
  expect([
    probe?.initialDelaySeconds,
    probe?.periodSeconds,
    probe?.timeoutSeconds,
    probe?.failureThreshold,
  ]).toEqual(numbers);
});

test('user 1001, read-only root, no capability, no escalation, seccomp', () => {
  expect(pod?.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 1001,
    runAsGroup: 1001,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const one of [container, init]) {
    expect(one?.securityContext).toMatchObject({
      runAsUser: 1001,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      privileged: false,
      capabilities: { drop: ['ALL'] },
    });
  }
});

test('the two services: type, ports, three hours of affinity by address', () => {
  const shapes = ['messaging-service', 'messaging-service-external'].map((name) => {
    const { spec } = objectOf(serviceManifests, 'Service', name);
    return [
      spec?.type,
      spec?.ports?.map(({ port }) => port),
      spec?.sessionAffinity,
      spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds,
    ];
  });
  expect(shapes).toEqual([
    ['ClusterIP', [3000, 9090], 'ClientIP', 10800],
    ['LoadBalancer', [3000], 'ClientIP', 10800],
  ]);
});

test('labels that the log and pod selectors of the guide use', () => {
  const labels = { app: 'nova', component: 'messaging-service' };
  for (const { kind, metadata } of serviceManifests) {
    expect(metadata.labels).toMatchObject(kind === 'Namespace' ? { app: 'nova' } : labels);
  }
  expect(deployment.spec?.template.metadata?.labels).toEqual(labels);
});

test('container names, image name and the version of this release', () => {
  const { version } = JSON.parse(
    readFileSync(join(repositoryDirectory, 'apps/server/package.json'), 'utf8'),
  ) as { version: string };
  expect([container?.name, init?.name]).toEqual(['messaging-service', 'db-migrate']);
  expect(container?.image).toBe(`nova/messaging-service:v${version}`);
});

test('the init container migrates from /migrations', () => {
  expect(init?.command).toEqual(['migrate', '-path', '/migrations', 'up']);
});

// As `migrate` and `psql` read them, typed in a shell of the pod or expanded by another one.
test('both containers carry the address of the database, for commands typed by hand', () => {
  const ofSecret = (key: string) => ({
    secretKeyRef: { name: 'messaging-service-secret', key },
  });
  for (const one of [container, init]) {
    expect(one?.env).toEqual([
      { name: 'DB_HOST', value: 'postgres.nova-db' },
      { name: 'DB_USER', valueFrom: ofSecret('POSTGRES_USER') },
      { name: 'DB_PASSWORD', valueFrom: ofSecret('POSTGRES_PASSWORD') },
      { name: 'DB_NAME', valueFrom: ofSecret('POSTGRES_DB') },
      { name: 'PGHOST', value: '$(DB_HOST)' },
      { name: 'PGUSER', value: '$(DB_USER)' },
      { name: 'PGPASSWORD', value: '$(DB_PASSWORD)' },
      { name: 'PGDATABASE', value: '$(DB_NAME)' },
    ]);
  }
});

test('no service of the namespace sets variables that would look like settings', () => {
  expect(pod?.enableServiceLinks).toBe(false);
});

test('the Secret is opaque, in plain text as people edit it', () => {
  const { type, stringData, data } = objectOf(serviceManifests, 'Secret');
  expect(type).toBe('Opaque');
  expect(Object.keys(stringData ?? {}).length).toBeGreaterThan(0);
  expect(data).toBe(undefined);
});

test('the container listens where the services send to, and the service does so by itself', () => {
  const ports = container?.ports?.map(({ name, containerPort }) => [name, containerPort]);
  expect(ports).toEqual([
    ['http', 3000],
    ['metrics', 9090],
  ]);
  const read = readConfig({ DATABASE_URL: 'postgresql://a@b/c' });
  expect(read.ok && [read.config.http.port, read.config.metrics.port]).toEqual([3000, 9090]);
});

test('pods tell Prometheus where their metrics are', () => {
  expect(deployment.spec?.template.metadata?.annotations).toMatchObject({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9090',
    'prometheus.io/path': '/metrics',
  });
});

test('a rollout never takes a pod away before another serves, and a drain fits its grace period', () => {
  expect(deployment.spec?.strategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
  });
  const pauseSeconds = Number(container?.lifecycle?.preStop?.exec?.command?.[1]);
  const drainSeconds = Number(objectOf(serviceManifests, 'ConfigMap').data?.DRAIN_SECONDS);
  expect(pod?.terminationGracePeriodSeconds).toBe(60);
  expect(pauseSeconds + drainSeconds).toBeLessThanOrEqual(55);
});
