// Finds fields that a version of Kubernetes does not know and values of the wrong type.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { KubernetesObject } from './objects.ts';

/** The types of a type's fields by name, as the generated clients write them: `Array<V1Pod>`. */
export type FieldTypes = (typeName: string) => Readonly<Record<string, string>> | undefined;

// Of the oldest version that is supported: taken from the attribute maps of the client 0.17.1,
// which was generated from Kubernetes 1.24, for the kinds that stand in deploy/.
const oldest = JSON.parse(
  readFileSync(new URL('fields-1.24.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, string>>>>;

export const fieldsOfOldest: FieldTypes = (typeName) => oldest[typeName];

interface Model {
  readonly attributeTypeMap?: readonly { readonly baseName: string; readonly type: string }[];
}

const newest = createRequire(import.meta.url)(
  '@kubernetes/client-node/dist/gen/models/all.js',
) as Readonly<Record<string, Model>>;

export const fieldsOfNewest: FieldTypes = (typeName) => {
  const fields = newest[typeName]?.attributeTypeMap;
  return fields && Object.fromEntries(fields.map(({ baseName, type }) => [baseName, type]));
};

/** Everything about the object that does not fit, each with its path; empty: it fits. */
export function misfits(object: KubernetesObject, fieldTypes: FieldTypes): readonly string[] {
  const version = object.apiVersion.split('/').at(-1) ?? '';
  const typeName = `${version.charAt(0).toUpperCase()}${version.slice(1)}${object.kind}`;
  if (fieldTypes(typeName) === undefined) return [`${typeName} is not known`];
  return judge(object, typeName, object.kind, fieldTypes);
}

function judge(value: unknown, type: string, path: string, types: FieldTypes): readonly string[] {
  const element = /^Array<(.+)>$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) return [`${path}: expected a list`];
    return value.flatMap((each, index) => judge(each, element, `${path}[${index}]`, types));
  }
  const entry = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (entry !== undefined) {
    if (!isRecord(value)) return [`${path}: expected a map`];
    return Object.entries(value).flatMap(([key, each]) =>
      judge(each, entry, `${path}.${key}`, types),
    );
  }
  const fields = types(type);
  if (fields === undefined) return judgePlain(value, type, path);
  if (!isRecord(value)) return [`${path}: expected ${type}`];
  return Object.entries(value).flatMap(([name, each]) => {
    const fieldType = fields[name];
    if (fieldType === undefined) return [`${path}.${name}: ${type} has no such field`];
    return judge(each, fieldType, `${path}.${name}`, types);
  });
}

function judgePlain(value: unknown, type: string, path: string): readonly string[] {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type ? [] : [`${path}: expected a ${type}`];
    case 'IntOrString':
      return ['string', 'number'].includes(typeof value) ? [] : [`${path}: expected ${type}`];
    case 'any':
    case 'object':
      return [];
    default:
      return [`${path}: ${type} is not known`];
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
