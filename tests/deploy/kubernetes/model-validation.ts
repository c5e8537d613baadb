// Finds wrong enumerations, patterns and missing fields, which the type maps do not know of.
import type { KubernetesObject } from './objects.ts';

interface ModelModule {
  readonly [kind: string]: new (object: object) => { validate(): void };
}

/** What the model of the object's kind says against it; empty: nothing. */
export async function modelProblems(object: KubernetesObject): Promise<readonly string[]> {
  const { apiVersion, kind } = object;
  const specifier = `kubernetes-models/${apiVersion}/${kind}`;
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
