import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  V1ConfigMap,
  V1CronJob,
  V1Deployment,
  V1Ingress,
  V1Job,
  V1Namespace,
  V1NetworkPolicy,
  V1ObjectMeta,
  V1PodDisruptionBudget,
  V1Role,
  V1RoleBinding,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

export const repositoryDirectory = fileURLToPath(new URL('../../..', import.meta.url));

/** The kinds whose fields the tests look into. */
export interface Kinds {
  readonly Namespace: V1Namespace;
  readonly ServiceAccount: V1ServiceAccount;
  readonly Role: V1Role;
  readonly RoleBinding: V1RoleBinding;
  readonly ConfigMap: V1ConfigMap;
  readonly Secret: V1Secret;
  readonly Deployment: V1Deployment;
  readonly StatefulSet: V1StatefulSet;
  readonly Job: V1Job;
  readonly CronJob: V1CronJob;
  readonly Service: V1Service;
  readonly HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  readonly PodDisruptionBudget: V1PodDisruptionBudget;
  readonly Ingress: V1Ingress;
  readonly NetworkPolicy: V1NetworkPolicy;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: V1ObjectMeta & { readonly name: string };
}

export type Objects = readonly KubernetesObject[];

/** Every object of a YAML text; throws on whatever the parser even warns of. */
export function parseObjects(text: string, source: string): Objects {
  return parseAllDocuments(text, { uniqueKeys: true, merge: false }).flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(`${source}: ${problem.message}`);
    const value = document.toJS() as KubernetesObject | null;
    return value === null ? [] : [value];
  });
}

/** What `kubectl apply -f DIRECTORY` would send, in its order. */
export function readObjects(directory: string): Objects {
  return manifestFiles(directory).flatMap((file) =>
    parseObjects(readFileSync(join(repositoryDirectory, directory, file), 'utf8'), file),
  );
}

/** The files that `kubectl apply -f DIRECTORY` would read. */
export function manifestFiles(directory: string): readonly string[] {
  return globSync('*.{yaml,yml,json}', { cwd: join(repositoryDirectory, directory) }).toSorted();
}

/** The one object of that kind, and of that name where several are there. */
export function objectOf<Kind extends keyof Kinds>(
  objects: Objects,
  kind: Kind,
  name?: string,
): Kinds[Kind] {
  const found = objects.filter(
    (one) => one.kind === kind && (name === undefined || one.metadata.name === name),
  );
  const [object] = found;
  if (object === undefined || found.length > 1) {
    throw new Error(`${found.length} objects are ${kind} ${name ?? ''}`);
  }
  return object as unknown as Kinds[Kind];
}

export const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
