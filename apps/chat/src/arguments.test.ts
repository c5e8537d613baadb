import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

it('reads whom to talk to, and where', () => {
  expect(readArguments(['--as', 'ana', '--with', 'bob', '--state', '/s'])).toEqual({
    as: 'ana',
    with: ['bob'],
    group: null,
    url: 'http://localhost:3000',
    token: null,
    stateDirectory: '/s',
  });
  const group = ['--as', 'ana', '--group', 'lunch', '--with', 'bob, cyd', '--url', 'http://n:1/'];
  expect(readArguments(group)).toMatchObject({
    group: 'lunch',
    with: ['bob', 'cyd'],
    url: 'http://n:1',
  });
  expect(readArguments(['--help'])).toBe('help');
});

it.each([
  [['--with', 'bob'], '--as NAME is missing'],
  [['--as', 'ana'], 'say with whom'],
  [['--as', 'ana', '--with', 'bob,cyd'], 'say with whom'],
  [['--as', 'ana', '--with', 'bob', '--url', 'nowhere'], 'is no address'],
  [['--as', 'ana', '--to', 'bob'], "Unknown option '--to'"],
])('%j is refused with words', (argv, words) => {
  expect(() => readArguments(argv)).toThrow(words);
});
