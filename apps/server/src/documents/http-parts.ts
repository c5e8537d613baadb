import type { Operation } from '@nova/protocol';
import { withReferences } from './components.ts';
import type { JsonSchema } from './json-schema.ts';

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Where over HTTP each field of an operation's input stands. */
export interface HttpParts {
  readonly path: readonly Field[];
  readonly query: readonly Field[];
  readonly body: readonly Field[];
  /** The operation takes an Idempotency-Key header. */
  readonly idempotent: boolean;
}

export function httpParts(operation: Operation): HttpParts {
  const { http, input } = operation;
  const inPath = new Set([...(http?.path ?? '').matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  const { properties = {}, required = [] } = withReferences(input);
  const fields = Object.entries(properties)
    .filter(([name]) => name !== 'idempotencyKey')
    .map(([name, schema]) => ({ name, schema, required: required.includes(name) }));
  const rest = fields.filter(({ name }) => !inPath.has(name));
  const bodiless = http?.method === 'GET' || http?.method === 'DELETE';
  return {
    path: fields.filter(({ name }) => inPath.has(name)),
    query: bodiless ? rest : [],
    body: bodiless ? [] : rest,
    idempotent: 'idempotencyKey' in input.properties,
  };
}

/** The object schema of fields: of a body, or of an event's payload. */
export function objectOf(fields: readonly Field[]): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: fields.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
  };
}
