import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { readUserEvent } from './user-event.ts';

const valid = {
  id: randomUUID(),
  at: '2026-01-01T12:00:00.5+02:00',
  type: 'user.blocked',
  userId: randomUUID(),
  blockedId: randomUUID(),
};
const read = (change: object) =>
  readUserEvent(Buffer.from(JSON.stringify({ ...valid, ...change })));

test('fields that are not ours are passed over, ids come in lower case', () => {
  const upper = { userId: valid.userId.toUpperCase(), reason: { of: 'their own' } };
  expect(read(upper)).toMatchObject({
    event: { userId: valid.userId, blockedId: valid.blockedId },
  });
});

test('a type that is not ours is no fault', () => {
  expect(read({ type: 'user.invited' })).toEqual({ unknownType: 'user.invited' });
  expect(read({ type: 'toString' })).toEqual({ unknownType: 'toString' });
});

test.each([
  ['not JSON', Buffer.from('{'), 'not JSON in UTF-8'],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not JSON in UTF-8'],
  ['empty', Buffer.alloc(0), 'not JSON in UTF-8'],
  ['null', Buffer.from('null'), 'type: expected a text'],
  ['a list', Buffer.from('[]'), 'type: expected a text'],
])('a value that is %s is poison', (_, value, words) => {
  expect(readUserEvent(value)).toEqual({ poison: expect.stringContaining(words) });
});

test.each([
  [{ id: 'one' }],
  [{ at: 'yesterday' }],
  [{ at: '2026-13-01T00:00:00Z' }],
  [{ userId: null }],
  [{ blockedId: valid.userId }],
  [{ type: 'session.revoked', tokenId: '' }],
  [{ type: 'session.revoked', issuedBefore: '2026-02-30T25:00:00Z' }],
  [{ type: 'user.profileUpdated', name: '' }],
])('%j is poison', (change) => {
  expect(read(change)).toHaveProperty('poison');
});
