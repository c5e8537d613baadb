import { expect, test } from 'vitest';
import { tokenFromRequest } from './bearer.ts';

const token = 'eyJhbGciOiJFZERTQSJ9.e30.c2ln-_';

test.each([
  ['Bearer', `Bearer ${token}`],
  ['any case', `bEARER ${token}`],
  ['spaces', `Bearer   ${token}  `],
])('Authorization: %s', (_name, authorization) => {
  expect(tokenFromRequest({ authorization })).toBe(token);
});

test.each([
  ['another scheme', `Basic ${token}`],
  ['no token', 'Bearer'],
  ['an empty token', 'Bearer  '],
  ['two tokens', `Bearer ${token} ${token}`],
  ['a token with a line break', `Bearer ${token}\n`],
  ['no scheme', token],
])('Authorization with %s holds none', (_name, authorization) => {
  expect(tokenFromRequest({ authorization })).toBeUndefined();
});

test.each([
  ['one line', `nova.v1, bearer.${token}`],
  ['any order, no spaces', `bearer.${token},nova.v1`],
  ['several lines', ['nova.v1', `bearer.${token}`]],
])('Sec-WebSocket-Protocol on %s', (_name, offered) => {
  expect(tokenFromRequest({ 'sec-websocket-protocol': offered })).toBe(token);
});

test.each(['nova.v1', 'nova.v1, bearer.', 'nova.v1, bearer.a b', 'Bearer.x', ''])(
  'Sec-WebSocket-Protocol %j holds none',
  (offered) => {
    expect(tokenFromRequest({ 'sec-websocket-protocol': offered })).toBeUndefined();
  },
);

test('Authorization wins, even a wrong one: nobody is taken for somebody else', () => {
  const offered = { 'sec-websocket-protocol': 'nova.v1, bearer.other' };
  expect(tokenFromRequest({ authorization: `Bearer ${token}`, ...offered })).toBe(token);
  expect(tokenFromRequest({ authorization: 'Basic x', ...offered })).toBeUndefined();
});

test('nothing is taken from anywhere else', () => {
  expect(tokenFromRequest({ cookie: `token=${token}`, 'x-token': token })).toBeUndefined();
});

test('hostile headers cost no time', () => {
  const started = performance.now();
  tokenFromRequest({ authorization: `Bearer ${'a'.repeat(50_000)} !` });
  tokenFromRequest({ authorization: `Bearer${' '.repeat(50_000)}` });
  tokenFromRequest({ authorization: `Bearer a${'='.repeat(50_000)}!` });
  expect(performance.now() - started).toBeLessThan(1_000);
});
