import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../apps/server/src/config/read-config.ts';
import { fieldsOfNewest, fieldsOfOldest, misfits } from './kubernetes/field-types.ts';
import { isOperatorKind, modelProblems } from './kubernetes/model-validation.ts';
import {
  type KubernetesObject,
  nameOf,
  objectOf,
  parseObjects,
  readObjects,
  repositoryDirectory,
} from './kubernetes/objects.ts';
import { restrictedViolations } from './kubernetes/restricted.ts';
import { serviceManifests } from './kubernetes/service-manifests.ts';

const read = (path: string) => readFileSync(join(repositoryDirectory, path), 'utf8');

/** Everything below deploy/ that kubectl would apply, by the file it stands in. */
const objects = globSync('deploy/**/*.yaml', {
  cwd: repositoryDirectory,
  exclude: (path) => /kustomization\.yaml$|helm\/|turn\//.test(String(path)),
})
  .filter((path) => /^apiVersion:/m.test(read(path)) && /^kind:/m.test(read(path)))
  .flatMap((path) =>
    parseObjects(read(path), path).map((object): [string, KubernetesObject] => [path, object]),
  )
  .map(([path, object]) => [`${path}: ${nameOf(object)}`, object] as const);

test.each(objects)('%s is valid', async (_, object) => {
  expect(await modelProblems(object)).toEqual([]);
  if (isOperatorKind(object)) return;
  expect(misfits(object, fieldsOfOldest)).toEqual([]);
  expect(misfits(object, fieldsOfNewest)).toEqual([]);
});

interface Workload {
  readonly template?: { readonly spec?: V1PodSpec };
  readonly jobTemplate?: { readonly spec?: Workload };
}

function podOf(object: KubernetesObject): V1PodSpec | undefined {
  const { spec } = object as { readonly spec?: Workload };
  return (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
}

const pods = objects.flatMap(([name, object]) => {
  const pod = podOf(object);
  return pod === undefined ? [] : [[name, pod, object] as const];
});

test.each(pods)('%s runs without privileges', (_, pod) => {
  expect(restrictedViolations(pod)).toEqual([]);
});

/** Where an object of a file may lie: beside the service, unless its file makes its own namespace. */
function expectedNamespace(path: string): RegExp {
  if (path.startsWith('deploy/dependencies/')) return /^nova-(db|cache|kafka)$/;
  if (path.startsWith('deploy/gitops/argo-cd/')) return /^argocd$/;
  if (path.startsWith('deploy/gitops/flux/')) return /^flux-system$/;
  return /^nova-messaging$/;
}

test('every object lies in the namespace of what it serves', () => {
  const clusterWide = /^(Namespace|ClusterIssuer)$/;
  for (const [name, { kind, metadata }] of objects) {
    if (clusterWide.test(kind)) expect(metadata.namespace, name).toBeUndefined();
    else expect(metadata.namespace, name).toMatch(expectedNamespace(name));
  }
});

test('the autoscaler by sockets takes the place of the other one', () => {
  const [bySockets, byLoad] = [readObjects('deploy/autoscaling'), serviceManifests].map((given) =>
    objectOf(given, 'HorizontalPodAutoscaler'),
  );
  expect(bySockets?.metadata).toEqual(byLoad?.metadata);
  const { scaleTargetRef, minReplicas, maxReplicas, metrics } = bySockets?.spec ?? {};
  expect(byLoad?.spec).toMatchObject({ scaleTargetRef, minReplicas, maxReplicas });
  const shapes = metrics?.map((metric) => [
    metric.type,
    metric.pods?.metric.name ?? metric.resource?.name,
    (metric.pods ?? metric.resource)?.target.type,
  ]);
  expect(shapes).toEqual([
    ['Resource', 'cpu', 'Utilization'],
    ['Pods', 'websocket_connections_active', 'AverageValue'],
    ['Pods', 'event_loop_delay_seconds_p99', 'AverageValue'],
  ]);
});

test('no pod but the service’s is selected by its services, budget or policies', () => {
  for (const [name, , object] of pods) {
    const component = object.metadata.labels?.component;
    if (!name.includes('messaging-service-deployment')) {
      expect(component, name).not.toBe('messaging-service');
    }
  }
});

test('network policies let pass what the service listens on and what it needs', () => {
  const policies = readObjects('deploy/network-policies').filter(
    ({ kind }) => kind === 'NetworkPolicy',
  );
  const inbound = objectOf(policies, 'NetworkPolicy', 'messaging-service-ingress').spec?.ingress;
  expect(inbound?.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual([3000, 9090]);
  const outbound = objectOf(policies, 'NetworkPolicy', 'messaging-service-egress').spec?.egress;
  const secret = objectOf(serviceManifests, 'Secret').stringData ?? {};
  const addresses = [
    new URL(secret.DATABASE_URL ?? '').host,
    new URL(secret.REDIS_URL ?? '').host,
    'kafka.nova-kafka:9092',
  ];
  for (const address of addresses) {
    const [, namespace = '', port = ''] = /\.([\w-]+):(\d+)$/.exec(address) ?? [];
    const rule = outbound?.find(({ to = [] }) =>
      to.some(
        (peer) =>
          peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === namespace,
      ),
    );
    expect(
      rule?.ports?.map((each) => String(each.port)),
      address,
    ).toContain(port);
  }
});

test('the ingress ends TLS for the service, outlives silence and lets its largest frame through', () => {
  const { metadata, spec } = objectOf(readObjects('deploy/ingress'), 'Ingress');
  const of = (name: string) => metadata?.annotations?.[name] ?? '';
  const { data = {} } = objectOf(serviceManifests, 'ConfigMap');
  const settings = readConfig({ DATABASE_URL: 'postgresql://a@b/c' });
  const heartbeatMs = settings.ok ? settings.config.socket.heartbeatIntervalMs : Number.NaN;
  for (const direction of ['read', 'send']) {
    const seconds = Number(of(`nginx.ingress.kubernetes.io/proxy-${direction}-timeout`));
    expect(seconds * 1_000).toBeGreaterThan(2 * heartbeatMs);
  }
  expect(of('haproxy.org/timeout-tunnel')).toBe('1h');
  const [, mebibytes] = /^(\d+)m$/.exec(of('nginx.ingress.kubernetes.io/proxy-body-size')) ?? [];
  expect(Number(mebibytes) * 2 ** 20).toBeGreaterThan(Number(data.WS_MAX_FRAME_SIZE));
  for (const proxy of ['nginx.ingress.kubernetes.io', 'haproxy.org']) {
    expect(of(`${proxy}/ssl-redirect`)).toBe('true');
  }
  expect(spec?.tls?.flatMap(({ hosts }) => hosts)).toEqual(spec?.rules?.map(({ host }) => host));
  const backends = spec?.rules?.flatMap(({ http }) => http?.paths.map(({ backend }) => backend));
  expect(backends).toEqual([{ service: { name: 'messaging-service', port: { name: 'http' } } }]);
});

test('the databases for development answer under the names of the Secret', () => {
  const development = readObjects('deploy/dependencies').filter(({ kind }) => kind === 'Service');
  const names = development.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
  expect(names.toSorted()).toEqual(['kafka.nova-kafka', 'postgres.nova-db', 'redis.nova-cache']);
});

describe('the workflow', () => {
  const workflow = parse(read('deploy/ci/image.yaml')) as {
    jobs: { image: { steps: { run?: string; uses?: string }[] } };
  };

  test('runs scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const called = workflow.jobs.image.steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/npm (?:run )?(\w+)/g)].map(([, name = '']) => name),
    );
    for (const name of called) if (name !== 'ci') expect(Object.keys(scripts)).toContain(name);
    expect(called).toEqual(expect.arrayContaining(['test', 'verify', 'image']));
  });

  test('tests before it builds, and signs what it pushed', () => {
    const steps = workflow.jobs.image.steps.map(({ run = '', uses = '' }) => run + uses);
    const position = (part: string) => steps.findIndex((step) => step.includes(part));
    expect(position('npm test')).toBeLessThan(position('npm run image'));
    expect(position('trivy')).toBeLessThan(position('docker push'));
    expect(steps[position('docker push')]).toMatch(/docker push[\s\S]*cosign sign/);
  });
});
