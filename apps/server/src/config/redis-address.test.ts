import { describe, expect, test } from 'vitest';
import { parseRedisAddress, withRedisPassword } from './redis-address.ts';

describe('an address of Redis', () => {
  test.each([
    [
      'redis://cache',
      { kind: 'single', tls: false, nodes: [{ host: 'cache', port: 6379 }], database: 0 },
    ],
    [
      'rediss://ana:p%40ss@[::1]:7000/3',
      {
        kind: 'single',
        tls: true,
        nodes: [{ host: '::1', port: 7000 }],
        username: 'ana',
        password: 'p@ss',
        database: 3,
      },
    ],
    [
      'redis+sentinel://:one@s1,s2:26380/primary/2?sentinelPassword=two',
      {
        kind: 'sentinel',
        tls: false,
        nodes: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26380 },
        ],
        masterName: 'primary',
        password: 'one',
        sentinelPassword: 'two',
        database: 2,
      },
    ],
    [
      'rediss+cluster://:100%@c1:1,c2:2',
      {
        kind: 'cluster',
        tls: true,
        nodes: [
          { host: 'c1', port: 1 },
          { host: 'c2', port: 2 },
        ],
        password: '100%',
        database: 0,
      },
    ],
  ])('%s', (text, read) => {
    expect(parseRedisAddress(text)).toMatchObject(read);
  });

  test.each([
    'hunter2',
    'http://cache',
    'redis://',
    'redis://one:1,two:2',
    'redis://cache:70000',
    'redis://cache/first',
    'redis://cache/1/2',
    'redis+sentinel://s1',
    'redis+cluster://c1/1',
    'redis+other://c1',
  ])('%s is none', (text) => {
    expect(parseRedisAddress(text)).toBeUndefined();
  });
});

test.each([
  ['redis://cache', 'redis://:n%40w@cache'],
  ['rediss://:old@cache:6379/1', 'rediss://:n%40w@cache:6379/1'],
  ['redis://ana@cache', 'redis://ana:n%40w@cache'],
  ['redis+cluster://ana:old@one:1,two:2', 'redis+cluster://ana:n%40w@one:1,two:2'],
])('a password given apart goes into %s', (address, expected) => {
  expect(withRedisPassword(address, 'n@w')).toBe(expected);
  expect(withRedisPassword(address, undefined)).toBe(address);
});
