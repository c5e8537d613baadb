import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fieldsOfNewest, fieldsOfOldest, misfits } from '../deploy/kubernetes/field-types.ts';
import { modelProblems } from '../deploy/kubernetes/model-validation.ts';
import { objectOf, repositoryDirectory } from '../deploy/kubernetes/objects.ts';
import { serviceManifests } from '../deploy/kubernetes/service-manifests.ts';
import { byName, renderChart } from './render.ts';

test('with its defaults the chart renders to the manifests', async () => {
  const rendered = byName(await renderChart('--set', 'namespace.create=true'));
  expect(rendered).toEqual(byName(serviceManifests));
});

test('an installation creates no namespace of its own', async () => {
  expect((await renderChart()).map(({ kind }) => kind)).not.toContain('Namespace');
});

test('the chart has the version of the service', () => {
  const read = (path: string) => readFileSync(join(repositoryDirectory, path), 'utf8');
  const { version } = JSON.parse(read('apps/server/package.json')) as { version: string };
  const chart = parse(read('deploy/helm/nova-messaging/Chart.yaml'));
  expect([chart.version, chart.appVersion]).toEqual([version, version]);
});

const everything = [
  ...['--set', 'image.repository=registry.acme.org/nova', '--set', 'image.tag=v9.9.9'],
  ...['--set', 'image.pullSecrets[0].name=registry', '--set', 'replicas=5'],
  ...['--set', 'config.MESSAGE_MAX_LENGTH=9000', '--set', 'config.JWKS_URL=https://id.acme.org'],
  ...['--set', 'secret.existing=made-elsewhere', '--set', 'databaseHost=db.acme.org'],
  ...['--set', 'ingress.enabled=true', '--set', 'ingress.host=chat.acme.org'],
  ...['--set', 'ingress.annotations.a=b', '--set', 'serviceAccount.annotations.c=d'],
  ...['--set', 'externalService.annotations.e=f', '--set', 'restartOnChange=true'],
  ...['--set', 'externalService.sourceRanges[0]=10.0.0.0/8', '--set', 'nodeSelector.g=h'],
  ...['--set', 'tolerations[0].key=i', '--set', 'resources.limits.memory=4Gi'],
  ...['--set', 'autoscaling.maxReplicas=20', '--set', 'disruptionBudget.minAvailable=3'],
];

test('values reach the objects, and what comes out is valid', async () => {
  const objects = await renderChart(...everything);
  for (const object of objects) {
    expect(misfits(object, fieldsOfOldest)).toEqual([]);
    expect(misfits(object, fieldsOfNewest)).toEqual([]);
    expect(await modelProblems(object)).toEqual([]);
  }
  expect(objects.map(({ kind }) => kind)).not.toContain('Secret');
  const { replicas, template } = objectOf(objects, 'Deployment').spec ?? {};
  const [container] = template?.spec?.containers ?? [];
  expect([replicas, container?.image]).toEqual([5, 'registry.acme.org/nova:v9.9.9']);
  expect(container?.resources?.limits?.memory).toBe('4Gi');
  expect(container?.envFrom?.[1]?.secretRef?.name).toBe('made-elsewhere');
  expect(template?.metadata?.annotations).toHaveProperty('checksum/config');
  expect(objectOf(objects, 'ConfigMap').data).toMatchObject({ MESSAGE_MAX_LENGTH: '9000' });
  expect(objectOf(objects, 'HorizontalPodAutoscaler').spec?.maxReplicas).toBe(20);
  expect(objectOf(objects, 'PodDisruptionBudget').spec?.minAvailable).toBe(3);
});

test('what is switched off is not there', async () => {
  const off = ['autoscaling.enabled', 'disruptionBudget.enabled', 'externalService.enabled'];
  const objects = await renderChart(...off.flatMap((name) => ['--set', `${name}=false`]));
  expect(objects.map(({ kind }) => kind).toSorted()).toEqual([
    'ConfigMap',
    'Deployment',
    'Role',
    'RoleBinding',
    'Secret',
    'Service',
    'ServiceAccount',
  ]);
});
