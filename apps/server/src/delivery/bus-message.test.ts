import { expect, test } from 'vitest';
import {
  createHead,
  decodeEvents,
  encodeEvents,
  readHead,
  withFrameEncoded,
  writeMessage,
} from './bus-message.ts';
import { encodeFrame } from './encode-frame.ts';
import type { Outgoing } from './outgoing.ts';

const epoch = '6f2c0b52-4b6e-4a55-9f0f-0a4f3a7d9c11';
const head = createHead(epoch, '00112233445566ff');
const events: readonly Outgoing[] = [
  {
    kind: 'durable',
    conversationId: 'c1',
    pos: 7,
    quietMs: 12,
    frame: '{"text":"é👍"}',
    recipients: ['ana', 'bob'],
    joined: ['bob'],
  },
  { kind: 'personal', userId: 'ana', key: 'k', frame: '{}' },
  { kind: 'notice', notice: { topic: 'sessionReplaced', userId: 'ana', sessionId: 's1' } },
  { kind: 'ephemeral', conversationId: 'c1', frame: 'x'.repeat(70_000), recipients: null },
];

test('events arrive as they were sent, with their frames encoded', () => {
  const read = readHead(writeMessage(head, 'events', encodeEvents(events)), head);
  expect(read).toMatchObject({ kind: 'events', sender: '00112233445566ff' });
  const expected = events.map((event) =>
    'frame' in event ? { ...event, frame: encodeFrame(String(event.frame)) } : event,
  );
  expect(decodeEvents(read?.body ?? Buffer.alloc(0))).toEqual(expected);
  expect(events.map(withFrameEncoded)).toEqual(expected);
});

test('what another installation, version or program wrote is not read', () => {
  const message = writeMessage(head, 'ping', []);
  expect(readHead(message, head)?.kind).toBe('ping');
  const other = createHead('00000000-4b6e-4a55-9f0f-0a4f3a7d9c11', '00112233445566ff');
  expect(readHead(message, other)).toBeUndefined();
  expect(readHead(message.subarray(0, 20), head)).toBeUndefined();
  expect(readHead(Buffer.alloc(0), head)).toBeUndefined();
  const unknownKind = Buffer.from(message);
  unknownKind[26] = 99;
  expect(readHead(unknownKind, head)).toBeUndefined();
});

test('a body cut short at any byte is refused', () => {
  const body = Buffer.concat([...encodeEvents(events.slice(0, 2))]);
  expect(decodeEvents(body)).toHaveLength(2);
  for (let length = 0; length < body.length; length++) {
    expect(() => decodeEvents(body.subarray(0, length))).toThrow();
  }
});
