import type { OutgoingMessage } from '@nova/client';
import type { Message } from '@nova/protocol';
import { expect, it } from 'vitest';
import { type Row, rowsOf } from './rows.ts';

const at = (minute: number, day = 1): string => new Date(2026, 0, day, 12, minute).toISOString();
const message = (seq: number, senderId: string, createdAt: string): Message => ({
  id: `m${seq}`,
  conversationId: 'c',
  seq,
  senderId,
  kind: 'text',
  text: 'words',
  version: 1,
  createdAt,
});
const outgoing: OutgoingMessage = {
  id: 'o1',
  conversationId: 'c',
  text: 'words',
  replyTo: null,
  createdAt: at(9),
  state: 'queued',
  failure: null,
};
const short = (row: Row): string => {
  if (row.kind === 'day' || row.kind === 'unread') return row.kind;
  return `${row.key}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`;
};

it('groups what one person says without a pause, below the day it was said', () => {
  const rows = rowsOf({
    messages: [
      message(1, 'ana', at(0)),
      message(2, 'ana', at(1)),
      message(3, 'bob', at(2)),
      message(4, 'bob', at(8)),
      message(5, 'bob', at(8, 2)),
    ],
    outgoing: [],
    viewerId: 'ana',
    readSeq: null,
  });
  expect(rows.map(short)).toEqual([
    'day',
    'm1 first',
    'm2 last',
    'm3 first last',
    'm4 first last',
    'day',
    'm5 first last',
  ]);
});

it('draws one line above the first message of somebody else that was unread', () => {
  const messages = [
    message(1, 'bob', at(0)),
    message(2, 'ana', at(1)),
    message(3, 'bob', at(2)),
    message(4, 'bob', at(3)),
  ];
  const rows = rowsOf({ messages, outgoing: [], viewerId: 'ana', readSeq: 1 });
  expect(rows.map(short)).toEqual([
    'day',
    'm1 first last',
    'm2 first last',
    'unread',
    'm3 first',
    'm4 last',
  ]);
});

it('ends with what is on its way, in the group of what was sent before', () => {
  const messages = [message(1, 'ana', at(8))];
  const rows = rowsOf({ messages, outgoing: [outgoing], viewerId: 'ana', readSeq: null });
  expect(rows.map(short)).toEqual(['day', 'm1 first', 'o1 last']);
});
