import { expect, test } from 'vitest';
import { WatchList } from './watch-list.ts';

test('a socket has one set of users, and nothing is kept of one that has none', () => {
  const watches = new WatchList<string>();
  watches.replace('s1', new Set(['ana', 'bob']));
  watches.replace('s2', new Set(['bob']));
  expect([...watches.users.keys()]).toEqual(['ana', 'bob']);
  expect([...(watches.users.get('bob') ?? [])]).toEqual(['s1', 's2']);
  watches.replace('s1', new Set(['cleo']));
  expect([...watches.users.keys()].toSorted()).toEqual(['bob', 'cleo']);
  watches.replace('s1', new Set());
  watches.forget('s2');
  watches.forget('s2');
  expect(watches.users.size + watches.sockets.size).toBe(0);
});
