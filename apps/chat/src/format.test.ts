import type { Message } from '@nova/protocol';
import { expect, it } from 'vitest';
import { formatMessage, formatTime, printable } from './format.ts';

const message: Message = {
  id: 'm',
  conversationId: 'c',
  seq: 12,
  senderId: 'u',
  kind: 'text',
  text: 'hello',
  version: 1,
  createdAt: '2026-01-02T03:04:05.000Z',
};
const nameOf = (): string => 'bob';

it('shows number, sender, text and what happened to it', () => {
  expect(formatMessage(message, nameOf)).toMatch(/^#12 .+ bob: hello$/);
  const edited = { ...message, editedAt: message.createdAt, version: 2 };
  const reactions = [
    { emoji: '👍', count: 2, userIds: ['a', 'b'] },
    { emoji: '🎉', count: 1, userIds: ['a'] },
  ];
  expect(formatMessage({ ...edited, reactions }, nameOf)).toMatch(/: hello \(edited\) {2}👍2 🎉$/);
  const { text: _text, ...rest } = { ...message, deletedAt: message.createdAt };
  expect(formatMessage(rest, nameOf)).toMatch(/: \(deleted\)$/);
  expect(formatMessage({ ...message, replyTo: 'r' }, nameOf, { ...message, seq: 3 })).toContain(
    'bob: [to #3] hello',
  );
});

it('lets nobody steer the terminal', () => {
  expect(printable('a\u001b[2Jb\u0007c\u009bd\te\nf')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\te\nf');
});

it('shows the day of what is not from today', () => {
  const iso = '2026-01-02T12:00:00.000Z';
  const today = formatTime(iso, new Date(iso));
  const later = formatTime(iso, new Date('2026-01-05T12:00:00.000Z'));
  expect(later.length).toBeGreaterThan(today.length);
});
