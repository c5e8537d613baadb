import type { Operation } from '@nova/protocol';
import type { ErrorDetail } from '@nova/protocol/wire';
import { Compile } from 'typebox/compile';
import { invalidField, NovaError } from '../errors.ts';
import { describeSchema, schemaAt } from './describe-schema.ts';

export type Decode = (data: unknown) => Readonly<Record<string, unknown>>;

/** Errors named in one answer; a request that is wrong in more places is told of these. */
const maxDetails = 10;

/**
 * The check of an operation's input. Returns it with its UUIDs in lower case; throws
 * `invalidRequest` naming every wrong field and what was expected there.
 */
export function decoderOf(operation: Operation): Decode {
  const validator = Compile(operation.input);
  const ids = uuidFields(operation);
  const lists = boundedLists(operation);
  return (data) => {
    refuseLongLists(lists, data);
    if (!validator.Check(data)) throw wrongFields(operation, validator.Errors(data), data);
    return lowerIds(data as Record<string, unknown>, ids);
  };
}

type BoundedList = readonly [name: string, maxItems: number, schema: object];

function boundedLists(operation: Operation): readonly BoundedList[] {
  return Object.entries(operation.input.properties).flatMap(([name, schema]): BoundedList[] => {
    const { maxItems } = schema as { maxItems?: number };
    return maxItems === undefined ? [] : [[name, maxItems, schema]];
  });
}

/** Before anything else: to look at every item of a list that fills a frame takes a second. */
function refuseLongLists(lists: readonly BoundedList[], data: unknown): void {
  if (typeof data !== 'object' || data === null) return;
  for (const [name, maxItems, schema] of lists) {
    const value = (data as Readonly<Record<string, unknown>>)[name];
    if (Array.isArray(value) && value.length > maxItems) {
      throw invalidField(name, describeSchema(schema));
    }
  }
}

function uuidFields(operation: Operation): readonly string[] {
  return Object.entries(operation.input.properties)
    .filter(([, schema]) => {
      const { format, items } = schema as { format?: string; items?: { format?: string } };
      return format === 'uuid' || items?.format === 'uuid';
    })
    .map(([name]) => name);
}

/** Clients may write UUIDs in capitals (Swift does); everything behind this compares text. */
function lowerIds(
  data: Record<string, unknown>,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  let copy = data;
  for (const field of fields) {
    const value = data[field];
    if (typeof value === 'string') {
      const lower = value.toLowerCase();
      if (lower !== value) copy = { ...copy, [field]: lower };
    } else if (Array.isArray(value)) {
      copy = { ...copy, [field]: value.map((id: string) => id.toLowerCase()) };
    }
  }
  return copy;
}

interface Finding {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params?: unknown;
}

function wrongFields(operation: Operation, findings: readonly Finding[], data: unknown): NovaError {
  const details = new Map<string, ErrorDetail>();
  for (const finding of findings) {
    for (const detail of detailsOf(operation, finding)) {
      if (details.size < maxDetails && !details.has(detail.field))
        details.set(detail.field, detail);
    }
  }
  if (details.size === 0 || typeof data !== 'object' || data === null || Array.isArray(data)) {
    details.clear();
    details.set('data', { field: 'data', expected: 'an object' });
  }
  const list = [...details.values()];
  return new NovaError(
    'invalidRequest',
    list.map(({ field, expected }) => `${field}: expected ${expected}`).join('; '),
    { details: list },
  );
}

function detailsOf(
  operation: Operation,
  { keyword, instancePath, params }: Finding,
): ErrorDetail[] {
  const path = instancePath.split('/').slice(1);
  const named = (params ?? {}) as {
    requiredProperties?: readonly string[];
    additionalProperties?: readonly string[];
  };
  const below = (names: readonly string[], expected: (at: readonly string[]) => string) =>
    names.map((name) => {
      const at = [...path, name];
      return { field: clip(at.join('.')), expected: expected(at) };
    });
  const expectedAt = (at: readonly string[]): string =>
    describeSchema(schemaAt(operation.input, at) ?? {});
  if (keyword === 'required') return below(named.requiredProperties ?? [], expectedAt);
  if (keyword === 'additionalProperties') {
    return below(named.additionalProperties ?? [], () => 'no such field');
  }
  // The validator also reports each of them by itself, as a value where none may be.
  if (keyword === 'boolean') return [{ field: clip(path.join('.')), expected: 'no such field' }];
  return path.length === 0 ? [] : [{ field: clip(path.join('.')), expected: expectedAt(path) }];
}

/** A field name that the client made up is repeated only as far as it is useful. */
const clip = (field: string): string => (field.length > 80 ? `${field.slice(0, 80)}…` : field);
