import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { clientAddressReader } from './client-address.ts';

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test('without trusted proxies the peer is the client, whatever a header claims', () => {
  expect(clientAddressReader([])(request('::ffff:10.1.2.3', '203.0.113.9'))).toBe('10.1.2.3');
});

test.each([
  ['10.1.2.3', '10.0.0.0/8'],
  ['10.1.2.3', '10.1.2.3'],
  ['10.1.2.3', 'uniquelocal'],
  ['::ffff:192.168.7.7', 'uniquelocal'],
  ['fd12::1', 'uniquelocal'],
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['169.254.1.1', 'linklocal'],
])('%s is trusted through %s: the last address that is not is the client', (peer, trusted) => {
  const addressOf = clientAddressReader([trusted]);
  expect(addressOf(request(peer, '198.51.100.1, 203.0.113.9'))).toBe('203.0.113.9');
  expect(addressOf(request(peer))).toBe(peer.replace('::ffff:', ''));
});

test('a stranger is not believed', () => {
  expect(clientAddressReader(['uniquelocal'])(request('203.0.113.9', '198.51.100.1'))).toBe(
    '203.0.113.9',
  );
});
