import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys } from '@nova/dev-env';
import { readConfig } from '@nova/server';
import { expect, test } from 'vitest';
import { fieldsOfNewest, fieldsOfOldest, misfits } from '../deploy/kubernetes/field-types.ts';
import { modelProblems } from '../deploy/kubernetes/model-validation.ts';
import { type Objects, objectOf, repositoryDirectory } from '../deploy/kubernetes/objects.ts';
import { serviceManifests } from '../deploy/kubernetes/service-manifests.ts';
import { byName, renderOverlay } from './render.ts';

async function expectValid(objects: Objects): Promise<void> {
  for (const object of objects) {
    expect(misfits(object, fieldsOfOldest)).toEqual([]);
    expect(misfits(object, fieldsOfNewest)).toEqual([]);
    // The model knows no base64 with line breaks, which kustomize writes and Kubernetes reads.
    if (object.kind !== 'Secret') expect(await modelProblems(object)).toEqual([]);
  }
}

test('kustomize without an overlay renders to the manifests', async () => {
  expect(byName(await renderOverlay('deploy/kubernetes'))).toEqual(byName(serviceManifests));
});

test('production: no placeholders, one door, replicas left to the autoscaler, policies', async () => {
  const objects = await renderOverlay('deploy/kustomize/production');
  await expectValid(objects);
  const names = Object.keys(byName(objects));
  expect(names).not.toContain('Secret nova-messaging/messaging-service-secret');
  expect(names).not.toContain('Service nova-messaging/messaging-service-external');
  expect(names).toEqual(
    expect.arrayContaining([
      'Ingress nova-messaging/messaging-service',
      'NetworkPolicy nova-messaging/messaging-service-default-deny',
    ]),
  );
  const { replicas, template } = objectOf(objects, 'Deployment').spec ?? {};
  expect(replicas).toBeUndefined();
  const images = [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])];
  for (const { image } of images) expect(image).toMatch(/^registry\./);
});

test('development: one pod with its databases, and settings that the service accepts', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'nova-overlay-'));
  try {
    for (const part of ['kubernetes', 'dependencies', 'kustomize/development']) {
      mkdirSync(join(directory, part), { recursive: true });
      cpSync(join(repositoryDirectory, 'deploy', part), join(directory, part), { recursive: true });
    }
    const keys = openKeys();
    const pem = keys.publicKeyPem.trim().replaceAll('\n', '\\n');
    writeFileSync(
      join(directory, 'kustomize/development/keys.env'),
      `SECRETBOX_KEY_B64=${keys.secretboxKeyB64}\nJWT_PUBLIC_KEY_PEM=${pem}\n`,
    );
    const objects = await renderOverlay(join(directory, 'kustomize/development'));
    await expectValid(objects);
    expect(objectOf(objects, 'Deployment').spec?.replicas).toBe(1);
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'StatefulSet').length).toBe(3);
    expect(kinds).not.toContain('HorizontalPodAutoscaler');
    const secret = Object.entries(objectOf(objects, 'Secret').data ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]);
    const env = { ...objectOf(objects, 'ConfigMap').data, ...Object.fromEntries(secret) };
    expect(readConfig(env)).toMatchObject({ ok: true, warnings: [] });
    expect(Object.keys(Object.fromEntries(secret)).toSorted()).toEqual(
      Object.keys(objectOf(serviceManifests, 'Secret').stringData ?? {}).toSorted(),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
