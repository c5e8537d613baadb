import { expect, test } from 'vitest';
import { fieldsOfNewest, fieldsOfOldest, misfits } from './field-types.ts';
import { modelProblems } from './model-validation.ts';
import { manifestFiles, nameOf, objectOf } from './objects.ts';
import { restrictedViolations } from './restricted.ts';
import { manifestsDirectory, serviceManifests } from './service-manifests.ts';

/** Groups of Kubernetes itself: no object is of a kind that something must define first. */
const builtIn = /^(v1|apps\/v1|autoscaling\/v2|policy\/v1|rbac\.authorization\.k8s\.io\/v1)$/;

test('the folder holds the eight files and nothing else that would be applied', () => {
  expect(manifestFiles(manifestsDirectory)).toEqual([
    'messaging-service-configmap.yaml',
    'messaging-service-deployment.yaml',
    'messaging-service-hpa.yaml',
    'messaging-service-namespace.yaml',
    'messaging-service-pdb.yaml',
    'messaging-service-secret.yaml',
    'messaging-service-service.yaml',
    'messaging-service-serviceaccount.yaml',
  ]);
});

test('the files hold these objects', () => {
  expect(serviceManifests.map(nameOf)).toEqual([
    'ConfigMap messaging-service-config',
    'Deployment messaging-service',
    'HorizontalPodAutoscaler messaging-service-hpa',
    'Namespace nova-messaging',
    'PodDisruptionBudget messaging-service-pdb',
    'Secret messaging-service-secret',
    'Service messaging-service',
    'Service messaging-service-external',
    'ServiceAccount messaging-service',
    'Role messaging-service',
    'RoleBinding messaging-service',
  ]);
});

test.each(serviceManifests.map((object) => [nameOf(object), object] as const))(
  '%s is valid from Kubernetes 1.24 to the newest',
  async (_, object) => {
    expect(misfits(object, fieldsOfOldest)).toEqual([]);
    expect(misfits(object, fieldsOfNewest)).toEqual([]);
    expect(await modelProblems(object)).toEqual([]);
  },
);

// `kubectl apply -f . --namespace nova-messaging` refuses an object that names another namespace.
test('every object but the namespace itself lies in the namespace', () => {
  for (const { kind, metadata } of serviceManifests) {
    expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : 'nova-messaging');
  }
});

test('the pod passes the Pod Security profile that its namespace enforces', () => {
  const pod = objectOf(serviceManifests, 'Deployment').spec?.template.spec;
  expect(pod && restrictedViolations(pod)).toEqual([]);
  const { labels } = objectOf(serviceManifests, 'Namespace').metadata ?? {};
  expect(labels?.['pod-security.kubernetes.io/enforce']).toBe('restricted');
});

test('the account may do nothing and its token is mounted nowhere', () => {
  expect(objectOf(serviceManifests, 'Role').rules).toEqual([]);
  expect(objectOf(serviceManifests, 'ServiceAccount').automountServiceAccountToken).toBe(false);
  const pod = objectOf(serviceManifests, 'Deployment').spec?.template.spec;
  expect(pod?.automountServiceAccountToken).toBe(false);
});

// `kubectl apply -f .` goes by the names of the files: the Deployment comes before its Secret. What a
// pod refers to is looked up when it starts, and tried again; these would be refused at once.
test('no object needs another one to be there when it is applied, but for the namespace', () => {
  const names = serviceManifests.map(nameOf);
  expect(names.indexOf('Role messaging-service')).toBeLessThan(
    names.indexOf('RoleBinding messaging-service'),
  );
  const pod = objectOf(serviceManifests, 'Deployment').spec?.template.spec;
  expect(pod).not.toHaveProperty('priorityClassName');
  expect(pod).not.toHaveProperty('runtimeClassName');
  for (const { apiVersion } of serviceManifests) expect(apiVersion).toMatch(builtIn);
});
