// Entities that stand in many places are written once and referred to.
import {
  Conversation,
  ConversationKind,
  Member,
  Message,
  MessageKind,
  MessageVersion,
  ReactionCount,
  Role,
} from '@nova/protocol';
import { type JsonSchema, plain } from './json-schema.ts';

const entities = {
  Conversation,
  ConversationKind,
  Member,
  Message,
  MessageKind,
  MessageVersion,
  ReactionCount,
  Role,
};

const nameByText = new Map(
  Object.entries(entities).map(([name, schema]) => [JSON.stringify(schema), name]),
);

/** The schema with every entity inside it replaced by a reference to its component. */
export function withReferences(schema: object): JsonSchema {
  return refer(plain(schema));
}

/** The components themselves, referring to each other. */
export function entityComponents(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(
    Object.entries(entities).map(([name, schema]) => [name, refer(plain(schema), true)]),
  );
}

function refer(schema: JsonSchema, isComponent = false): JsonSchema {
  const name = isComponent ? undefined : nameByText.get(JSON.stringify(schema));
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  return {
    ...schema,
    ...(schema.items === undefined ? {} : { items: refer(schema.items) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map((each) => refer(each)) }),
    ...(schema.properties === undefined ? {} : { properties: referAll(schema.properties) }),
  };
}

function referAll(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, refer(schema)]),
  );
}

export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'An error as RFC 9457 has it, with the same code as on a socket',
  required: ['type', 'title', 'status', 'detail', 'code', 'message'],
  properties: {
    type: { type: 'string', const: 'about:blank' },
    title: { type: 'string', description: 'What the code means' },
    status: { type: 'integer', description: 'The HTTP status' },
    detail: { type: 'string', description: 'What was wrong with this request' },
    code: { type: 'string', description: 'Stable: branch on this' },
    message: { type: 'string', description: 'The same words as in detail' },
    requestId: { type: 'string', description: 'Stands in the log of the service' },
    retryAfterMs: { type: 'integer', minimum: 0, description: 'When a retry can help' },
    details: {
      type: 'array',
      description: 'Every field that was wrong',
      items: {
        type: 'object',
        required: ['field', 'expected'],
        properties: {
          field: { type: 'string', description: 'Dotted path' },
          expected: { type: 'string' },
        },
      },
    },
  },
};
