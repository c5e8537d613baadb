import { type EventName, events, type Operation, operations } from '@nova/protocol';
import { errors, subprotocol } from '@nova/protocol/wire';
import { entityComponents, withReferences } from './components.ts';
import { type JsonSchema, plain } from './json-schema.ts';
import type { DocumentOptions } from './openapi.ts';
import { sampleOf, shortSampleOf } from './sample.ts';

const channel = { $ref: '#/channels/socket' };
const componentMessage = (key: string) => ({ $ref: `#/components/messages/${key}` });
const channelMessage = (key: string) => ({ $ref: `#/channels/socket/messages/${key}` });

/** The WebSocket side of the contract as AsyncAPI 3.0. */
export function asyncApiDocument({ version }: DocumentOptions) {
  const messages = {
    ...mapOperations((operation) => [`${operation.name}.request`, requestMessage(operation)]),
    ...mapOperations((operation) => [`${operation.name}.reply`, replyMessage(operation)]),
    ...Object.fromEntries(eventNames.map((name) => [name, eventMessage(name)])),
    error: errorMessage,
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Nova Messaging Service',
      version,
      description: `JSON text frames, one object each, subprotocol \`${subprotocol}\`. A request carries an id of the client’s choice and gets exactly one reply; events come by themselves.`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      node: {
        host: '{host}',
        protocol: 'wss',
        description: 'Any node; `ws` on the embedded default',
        variables: { host: { default: 'localhost:3000' } },
        security: [{ $ref: '#/components/securitySchemes/bearer' }],
      },
    },
    channels: {
      socket: {
        address: '/ws',
        description: 'One socket for each device, everything multiplexed',
        messages: Object.fromEntries(
          Object.keys(messages).map((key) => [key, componentMessage(key)]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      ...mapOperations((operation) => [operation.name, requestOperation(operation)]),
      ...Object.fromEntries(eventNames.map((name) => [`event.${name}`, eventOperation(name)])),
    },
    components: {
      messages,
      schemas: { ...entityComponents(), Error: errorSchema },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'As a header, as the subprotocol entry `bearer.<token>` beside `nova.v1`, or in a first `session.authenticate`',
        },
      },
    },
  };
}

const eventNames = Object.keys(events) as readonly EventName[];

function mapOperations<Value>(make: (operation: Operation) => readonly [string, Value]) {
  const all = Object.values(operations) as readonly Operation[];
  return Object.fromEntries(all.map(make));
}

function frame(properties: Record<string, JsonSchema>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties };
}

const frameId: JsonSchema = {
  type: 'integer',
  minimum: 0,
  description: 'Chosen by the client, unique among its requests under way',
};

function requestMessage({ name, summary, input }: Operation) {
  const type: JsonSchema = { type: 'string', const: name };
  return {
    name,
    title: name,
    summary,
    payload: frame({ id: frameId, type, data: withReferences(input) }),
    examples: [{ payload: { id: 7, type: name, data: shortSampleOf(plain(input)) } }],
  };
}

function replyMessage({ name, output }: Operation) {
  return {
    name: `${name}.reply`,
    title: `Reply to ${name}`,
    payload: frame({ reply: frameId, data: withReferences(output) }),
    examples: [{ payload: { reply: 7, data: sampleOf(plain(output)) } }],
  };
}

function eventMessage(name: EventName) {
  const { kind, summary, data } = events[name];
  const place: Record<string, JsonSchema> = {
    conversationId: { type: 'string', format: 'uuid' },
    pos: { type: 'integer', minimum: 1, description: 'Place in the conversation’s log' },
    at: { type: 'string', format: 'date-time' },
  };
  const type: JsonSchema = { type: 'string', const: name };
  const payload = frame(
    { event: type, ...(kind === 'control' ? {} : place), data: withReferences(data) },
    Object.keys(place),
  );
  return { name, title: name, summary: `${summary} (${kind})`, payload };
}

const errorSchema = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', enum: Object.keys(errors) },
    message: { type: 'string' },
    retryAfterMs: { type: 'integer', minimum: 0 },
    details: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'expected'],
        properties: { field: { type: 'string' }, expected: { type: 'string' } },
      },
    },
  },
};

const errorMessage = {
  name: 'error',
  title: 'A request failed',
  summary: 'In place of the reply with data; `reply` is null where the frame had no readable id',
  payload: {
    type: 'object',
    required: ['reply', 'error'],
    properties: {
      reply: { type: ['integer', 'null'] },
      error: { $ref: '#/components/schemas/Error' },
    },
  },
};

function requestOperation({ name, summary }: Operation) {
  return {
    action: 'receive',
    summary,
    channel,
    messages: [channelMessage(`${name}.request`)],
    reply: { channel, messages: [channelMessage(`${name}.reply`), channelMessage('error')] },
  };
}

function eventOperation(name: EventName) {
  return {
    action: 'send',
    summary: events[name].summary,
    channel,
    messages: [channelMessage(name)],
  };
}
