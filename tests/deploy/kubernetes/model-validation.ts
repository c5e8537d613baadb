// Finds wrong enumerations, patterns and missing fields, which the type maps do not know of.
import type { KubernetesObject } from './objects.ts';

/** Groups whose kinds are defined by operators, and the package that knows them. */
const packages: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'argoproj.io': '@kubernetes-models/argo-cd',
  'source.toolkit.fluxcd.io': '@kubernetes-models/flux-cd',
  'kustomize.toolkit.fluxcd.io': '@kubernetes-models/flux-cd',
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'external-secrets.io': '@kubernetes-models/external-secrets',
};

/** Whether the kind is an operator's, not one of Kubernetes itself. */
export function isOperatorKind({ apiVersion }: KubernetesObject): boolean {
  return (apiVersion.split('/')[0] ?? '') in packages;
}

interface ModelModule {
  readonly [kind: string]: new (object: object) => { validate(): void };
}

/** What the model of the object's kind says against it; empty: nothing. */
export async function modelProblems(object: KubernetesObject): Promise<readonly string[]> {
  const { apiVersion, kind } = object;
  const name = packages[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models';
  const specifier = `${name}/${apiVersion}/${kind}`;
  const module = (await import(/* @vite-ignore */ specifier)) as ModelModule;
  const Model = module[kind];
  if (Model === undefined) return [`${apiVersion} ${kind} has no model`];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${kind} ${object.metadata.name}: ${error instanceof Error ? error.message : error}`];
  }
}
