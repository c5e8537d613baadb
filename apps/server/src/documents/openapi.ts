import { commonErrors, type Operation, operations } from '@nova/protocol';
import { type ErrorCode, errors } from '@nova/protocol/wire';
import { entityComponents, problemSchema, withReferences } from './components.ts';
import { httpParts, objectOf } from './http-parts.ts';
import { type JsonSchema, plain } from './json-schema.ts';
import { sampleOf, shortSampleOf } from './sample.ts';
import { servicePaths } from './service-paths.ts';

export interface DocumentOptions {
  readonly version: string;
}

/** The HTTP side of the contract as OpenAPI 3.1. */
export function openApiDocument({ version }: DocumentOptions) {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of Object.values(operations) as readonly Operation[]) {
    const { http } = operation;
    if (http === undefined) continue;
    const path = `/api/v1${http.path}`;
    paths[path] = { ...paths[path], [http.method.toLowerCase()]: pathOperation(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nova Messaging Service',
      version,
      summary: 'Conversations and messages over HTTP; the same operations run on the WebSocket',
      description:
        'Every operation is also a request on the socket (`/ws`, see /asyncapi.json), with the same input, output, limits and error codes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: tags(),
    paths: { ...paths, ...servicePaths },
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token of your identity provider; `sub` is the UUID of the user',
        },
      },
      schemas: { ...entityComponents(), Problem: problemSchema },
    },
  };
}

const tagOf = (operation: Operation): string => operation.name.split('.')[0] ?? '';

function tags() {
  const names = (Object.values(operations) as readonly Operation[])
    .filter(({ http }) => http !== undefined)
    .map(tagOf);
  return [...new Set(names), 'service'].map((name) => ({ name }));
}

function pathOperation(operation: Operation) {
  const { path, query, body, idempotent } = httpParts(operation);
  const parameters = [
    ...path.map((field) => parameter('path', { ...field, required: true })),
    ...query.map((field) => parameter('query', field)),
    ...(idempotent ? [idempotencyHeader] : []),
  ];
  return {
    operationId: operation.name,
    summary: operation.summary,
    tags: [tagOf(operation)],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body.length > 0 ? { requestBody: requestBody(operation, objectOf(body)) } : {}),
    responses: { [operation.http?.status ?? 200]: answer(operation), ...problems(operation) },
  };
}

const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A retry with the same key returns the first answer; `idempotencyKey` says the same',
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};

interface ParameterField {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

function parameter(place: 'path' | 'query', { name, schema, required }: ParameterField) {
  const { description, ...rest } = schema;
  return {
    name,
    in: place,
    required,
    ...(description === undefined ? {} : { description }),
    schema: rest,
  };
}

function requestBody(operation: Operation, schema: JsonSchema) {
  const inBody = Object.keys(schema.properties ?? {});
  const sample = Object.entries(shortSampleOf(plain(operation.input)) as object);
  const example = Object.fromEntries(sample.filter(([name]) => inBody.includes(name)));
  return {
    required: (schema.required ?? []).length > 0,
    content: { 'application/json': { schema, example } },
  };
}

function answer({ output, summary }: Operation) {
  const example = sampleOf(plain(output));
  return {
    description: summary,
    content: { 'application/json': { schema: withReferences(output), example } },
  };
}

/** One response for each status, with an example for each code that shares it. */
function problems(operation: Operation): Record<string, object> {
  const codes = [...new Set<ErrorCode>([...operation.errors, ...commonErrors])];
  const byStatus = Map.groupBy(codes, (code) => errors[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, sharing]) => [
      String(status),
      {
        description: sharing.map((code) => `\`${code}\`: ${errors[code].meaning}`).join('; '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(sharing.map((code) => [code, { value: problem(code) }])),
          },
        },
      },
    ]),
  );
}

function problem(code: ErrorCode) {
  const { status, retry, meaning } = errors[code];
  const later = retry === 'later' ? { retryAfterMs: 1_000 } : {};
  return {
    type: 'about:blank',
    title: meaning,
    status,
    detail: meaning,
    code,
    message: meaning,
    ...later,
  };
}
