import asyncApiSchema from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { events, type Operation, operations } from '@nova/protocol';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { asyncApiDocument } from './asyncapi.ts';
import { contractMarkdown } from './contract-markdown.ts';
import { plain } from './json-schema.ts';
import { openApiDocument } from './openapi.ts';
import { sampleOf, shortSampleOf } from './sample.ts';

const all = Object.values(operations) as readonly Operation[];
const openApi = plain(openApiDocument({ version: '1.0.0' })) as ReturnType<typeof openApiDocument>;
const asyncApi = plain(asyncApiDocument({ version: '1.0.0' })) as ReturnType<
  typeof asyncApiDocument
>;

function references(document: unknown): readonly string[] {
  const texts = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
  return [...new Set([...texts].map(([, path]) => path ?? ''))];
}

function find(document: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
}

describe('OpenAPI', () => {
  test('is valid by the official schema of 3.1', async () => {
    const result = await new Validator().validate(structuredClone(openApi));
    expect(result).toEqual({ valid: true });
  });

  test('the official schema refuses a broken one', async () => {
    const result = await new Validator().validate({ ...structuredClone(openApi), info: {} });
    expect(result.valid).toBe(false);
  });

  test('has every operation with an HTTP binding, once', () => {
    const ids = Object.values(openApi.paths).flatMap((path) =>
      Object.values(path).map((entry) => (entry as { operationId: string }).operationId),
    );
    const expected = all.filter(({ http }) => http !== undefined).map(({ name }) => name);
    expect(ids.filter((id) => !id.startsWith('service.')).toSorted()).toEqual(expected.toSorted());
  });

  test('every reference leads somewhere and every component is used', () => {
    const used = references(openApi);
    expect(used.filter((path) => find(openApi, path) === undefined)).toEqual([]);
    expect(used.map((path) => path.split('/').at(-1)).toSorted()).toEqual(
      Object.keys(openApi.components.schemas).toSorted(),
    );
  });
});

describe('AsyncAPI', () => {
  test('is valid by the official schema of 3.0, which refuses a broken one', () => {
    // The schema's own patterns are older than the unicode flag.
    const ajv = new Ajv({
      meta: false,
      strict: false,
      validateFormats: false,
      unicodeRegExp: false,
    });
    const validate = ajv.compile(asyncApiSchema as object);
    expect({ valid: validate(asyncApi), errors: validate.errors }).toEqual({
      valid: true,
      errors: null,
    });
    expect(validate({ ...asyncApi, info: {} })).toBe(false);
  });

  test('has a request and a reply for every operation and a message for every event', () => {
    const messages = Object.keys(asyncApi.components.messages);
    const expected = [
      ...all.flatMap(({ name }) => [`${name}.request`, `${name}.reply`]),
      ...Object.keys(events),
      'error',
    ];
    expect(messages.toSorted()).toEqual(expected.toSorted());
  });

  test('every reference leads somewhere', () => {
    const broken = references(asyncApi).filter((path) => find(asyncApi, path) === undefined);
    expect(broken).toEqual([]);
  });
});

describe('examples', () => {
  test.each(all.map((operation) => [operation.name, operation] as const))(
    '%s accepts its own samples',
    (_name, { input, output }) => {
      expect(Check(input, shortSampleOf(plain(input)))).toBe(true);
      expect(Check(input, sampleOf(plain(input)))).toBe(true);
      expect(Check(output, sampleOf(plain(output)))).toBe(true);
    },
  );
});

test('the tables name every operation and event', () => {
  const text = contractMarkdown();
  for (const { name } of all) expect(text).toContain(`| \`${name}\` |`);
  for (const name of Object.keys(events)) expect(text).toContain(`| \`${name}\` |`);
});
