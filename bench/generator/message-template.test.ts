import { expect, test } from 'vitest';
import { nova } from './dialects/nova.ts';
import { socketIo } from './dialects/socket-io.ts';
import { beginRequestIds, MessageTemplate, nextRequestId } from './message-template.ts';

const conversationId = '0192a1b2-0000-7000-8000-000000000001';
const headerBytes = 8;
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a patched frame is a whole request of its own', () => {
  const template = new MessageTemplate(nova, conversationId, 160, 'ana');
  const ids = [nextRequestId(), nextRequestId()];
  const requests = ids
    .map((id) => template.frame(id, 1_234_567_890))
    .map((frame) => JSON.parse(frame.toString('utf8', headerBytes)));
  for (const [index, { id, type, data }] of requests.entries()) {
    expect({ id, type }).toEqual({ id: ids[index], type: 'message.send' });
    expect(data).toMatchObject({ conversationId, id: expect.stringMatching(uuidV7) });
    expect(data.text).toHaveLength(160);
    expect(data.text).toMatch(/^000001234567890 [a-z]+$/);
  }
  expect(requests[0].data.id).not.toBe(requests[1].data.id);
});

test('and so it is for Socket.IO', () => {
  const id = nextRequestId();
  const frame = new MessageTemplate(socketIo, conversationId, 160, 'ana').frame(id, 5);
  const text = frame.toString('utf8', headerBytes);
  expect(text.startsWith(`42${id}["message.send",`)).toBe(true);
  expect(JSON.parse(text.slice(12))[1]).toMatchObject({ conversationId });
});

test('no two processes ask with the same id, and all ids have ten digits', () => {
  const firsts = [0, 1, 89].map((processIndex) => {
    beginRequestIds(processIndex);
    return nextRequestId();
  });
  beginRequestIds(0);
  expect(firsts).toEqual([1_000_000_001, 1_100_000_001, 9_900_000_001]);
});
