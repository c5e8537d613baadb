// Examples made from the schemas themselves, so that they cannot grow old.
import type { JsonSchema } from './json-schema.ts';

const ids: Readonly<Record<string, string>> = {
  conversationId: '0192f3a1-7c4e-7d10-9b2a-3f5c81d0a001',
  messageId: '0192f3a2-11d8-7b3c-8e44-6a90c2e7b002',
  userId: '7f0c2b1e-5d3a-4c6f-9a88-1b2c3d4e5f01',
  memberIds: '7f0c2b1e-5d3a-4c6f-9a88-1b2c3d4e5f02',
  userIds: '7f0c2b1e-5d3a-4c6f-9a88-1b2c3d4e5f02',
  senderId: '7f0c2b1e-5d3a-4c6f-9a88-1b2c3d4e5f01',
  deviceId: '5a1d9e70-2f64-4b8b-8c3e-0d9f7a6b5c03',
  sessionId: '0192f3a0-6b2f-7e90-a1c4-8d7e6f5a4b04',
  epoch: 'b8e2f6d4-90a1-4c57-8f3e-7a6b5c4d3e05',
  callId: '0192f3a3-2c61-7e54-9d0b-7b8c9d0e1f07',
  legId: '0192f3a3-3d72-7f65-8e1c-8c9d0e1f2a08',
  toLegId: '0192f3a3-4e83-7a76-9f2d-9d0e1f2a3b09',
  replyTo: '0192f3a1-f0b6-7a2d-9c58-4e3d2c1b0a06',
};

const texts: Readonly<Record<string, string>> = {
  text: 'Shall we meet at eight?',
  title: 'Climbing on Thursday',
  name: 'Ana',
  emoji: '👍',
  avatarUrl: 'https://images.acme.org/climbing.png',
  cursor: 'MS43NDIz',
  after: 'MS43NDIz',
  nextPage: 'MS43NDIz',
  idempotencyKey: 'retry-4711',
  sdp: 'v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n',
  candidate: 'candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host',
  urls: 'turn:turn.acme.org:3478?transport=udp',
  username: '1795420800:4f1d8c2ab09e',
  credential: 'base64 of an HMAC-SHA1',
  token: 'eyJhbGciOi…',
};

const numbers: Readonly<Record<string, number>> = {
  seq: 42,
  lastSeq: 42,
  lastPos: 57,
  pos: 57,
  lastReadSeq: 41,
  lastDeliveredSeq: 42,
  unreadCount: 1,
  memberCount: 2,
  version: 1,
  limit: 50,
  before: 42,
  heartbeatIntervalMs: 25_000,
  messageMaxLength: 4_096,
  messageEditWindowHours: 24,
  messageRecallWindowHours: 24,
  maxFrameBytes: 1_048_576,
  requestsInFlight: 256,
};

/** Fields that exclude each other in one request: an example shows one of them. */
const shownAlone = new Set(['after', 'around', 'candidates']);

/** A value that the schema accepts; `name` is the field that carries it. */
export function sampleOf(schema: JsonSchema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const;
  const [first] = schema.anyOf ?? [];
  if (first !== undefined) return sampleOf(first, name);
  switch (schema.type) {
    case 'object':
      return sampleObject(schema);
    case 'array':
      return [sampleOf(schema.items ?? {}, name)];
    case 'integer':
      return numbers[name] ?? schema.default ?? schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'string':
      return sampleString(schema, name);
    default:
      return {};
  }
}

function sampleObject({ properties = {}, required = [] }: JsonSchema): Record<string, unknown> {
  const shown = Object.entries(properties).filter(
    ([name]) => required.includes(name) || !shownAlone.has(name),
  );
  return Object.fromEntries(shown.map(([name, schema]) => [name, sampleOf(schema, name)]));
}

function sampleString({ format }: JsonSchema, name: string): string {
  if (format === 'uuid') return ids[name] ?? '0192f3a2-11d8-7b3c-8e44-6a90c2e7b002';
  if (format === 'date-time') return '2026-11-23T09:30:00.000Z';
  return texts[name] ?? 'text';
}

/** The sample without what need not be sent. */
export function shortSampleOf(schema: JsonSchema): unknown {
  const { properties = {}, required = [] } = schema;
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {}, name)]));
}
