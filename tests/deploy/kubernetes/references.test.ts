import type { V1Container, V1LabelSelector } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { objectOf } from './objects.ts';
import { serviceManifests } from './service-manifests.ts';

const deployment = objectOf(serviceManifests, 'Deployment');
const template = deployment.spec?.template;
const pod = template?.spec;
const containers: readonly V1Container[] = [
  ...(pod?.initContainers ?? []),
  ...(pod?.containers ?? []),
];
const services = ['messaging-service', 'messaging-service-external'].map((name) =>
  objectOf(serviceManifests, 'Service', name),
);

const matches = (selector: V1LabelSelector['matchLabels']): boolean =>
  Object.entries(selector ?? { none: '' }).every(
    ([name, value]) => template?.metadata?.labels?.[name] === value,
  );

test('every selector selects the pods', () => {
  expect(matches(deployment.spec?.selector.matchLabels)).toBe(true);
  for (const { spec } of services) expect(matches(spec?.selector)).toBe(true);
  const budget = objectOf(serviceManifests, 'PodDisruptionBudget');
  expect(matches(budget.spec?.selector?.matchLabels)).toBe(true);
  const [term] =
    pod?.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  expect(matches(term?.podAffinityTerm.labelSelector?.matchLabels)).toBe(true);
  for (const { labelSelector } of pod?.topologySpreadConstraints ?? []) {
    expect(matches(labelSelector?.matchLabels)).toBe(true);
  }
});

test('every port that a service or a probe names is one of the container', () => {
  const service = pod?.containers.find(({ name }) => name === 'messaging-service');
  const ports = new Map(service?.ports?.map(({ name, containerPort }) => [name, containerPort]));
  expect(ports).toEqual(
    new Map([
      ['http', 3000],
      ['metrics', 9090],
    ]),
  );
  const { startupProbe, readinessProbe, livenessProbe } = service ?? {};
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    expect(ports.get(String(probe?.httpGet?.port))).toBe(3000);
  }
  for (const { spec } of services) {
    for (const { port, targetPort } of spec?.ports ?? []) {
      expect(ports.get(String(targetPort))).toBe(port);
    }
  }
  const annotations = template?.metadata?.annotations;
  expect(annotations?.['prometheus.io/port']).toBe(String(ports.get('metrics')));
});

test('the autoscaler scales the deployment', () => {
  const { scaleTargetRef } = objectOf(serviceManifests, 'HorizontalPodAutoscaler').spec ?? {};
  expect(scaleTargetRef).toEqual({
    apiVersion: deployment.apiVersion,
    kind: deployment.kind,
    name: deployment.metadata?.name,
  });
});

test('the binding gives the role to the account of the pods', () => {
  const { roleRef, subjects } = objectOf(serviceManifests, 'RoleBinding');
  const account = objectOf(serviceManifests, 'ServiceAccount').metadata;
  expect(roleRef.name).toBe(objectOf(serviceManifests, 'Role').metadata?.name);
  expect(subjects).toEqual([
    { kind: 'ServiceAccount', name: account?.name, namespace: account?.namespace },
  ]);
  expect(pod?.serviceAccountName).toBe(account?.name);
});

test('every object, key, volume and variable that a container refers to exists', () => {
  const config = objectOf(serviceManifests, 'ConfigMap');
  const secret = objectOf(serviceManifests, 'Secret');
  const volumes = pod?.volumes?.map(({ name }) => name) ?? [];
  expect(containers.map(({ name }) => name)).toEqual(['db-migrate', 'messaging-service']);
  for (const { env = [], envFrom = [], volumeMounts = [] } of containers) {
    expect(envFrom).toEqual([
      { configMapRef: { name: config.metadata?.name } },
      { secretRef: { name: secret.metadata?.name } },
    ]);
    const before = new Set<string>();
    for (const { name, value = '', valueFrom } of env) {
      const reference = valueFrom?.secretKeyRef;
      if (reference !== undefined) {
        expect(reference.name).toBe(secret.metadata?.name);
        expect(secret.stringData).toHaveProperty(reference.key);
      }
      // Kubernetes expands only what stands above.
      for (const [, used = ''] of value.matchAll(/\$\((\w+)\)/g)) expect(before).toContain(used);
      before.add(name);
    }
    for (const mount of volumeMounts) expect(volumes).toContain(mount.name);
  }
});

test('both containers run one image, so that the schema and the service fit', () => {
  expect(new Set(containers.map(({ image }) => image)).size).toBe(1);
});

test('commands typed by hand reach the database of the service', () => {
  const { stringData = {} } = objectOf(serviceManifests, 'Secret');
  const url = new URL(stringData.DATABASE_URL ?? '');
  for (const { env = [] } of containers) {
    expect(env.find(({ name }) => name === 'DB_HOST')?.value).toBe(url.hostname);
  }
  expect(url.username).toBe(stringData.POSTGRES_USER);
  expect(url.pathname).toBe(`/${stringData.POSTGRES_DB}`);
});
