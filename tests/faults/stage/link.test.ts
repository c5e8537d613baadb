import { once } from 'node:events';
import net from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { until } from '../until.ts';
import { findPort } from './find-port.ts';
import { Link } from './link.ts';

let echo: net.Server;
let link: Link;
let port: number;
const callers: string[] = [];

beforeEach(async () => {
  echo = net.createServer((socket) => {
    callers.push(socket.remoteAddress ?? '');
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  port = await findPort(createRandom(process.pid));
  const targetPort = (echo.address() as net.AddressInfo).port;
  link = new Link({ port, targetPort, keepAddress: true });
  await link.start();
});

afterEach(async () => {
  await link.close();
  echo.close();
});

async function open(localAddress = '127.0.0.1') {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress });
  let heard = '';
  let ended: string | undefined;
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code;
  });
  await once(socket, 'connect');
  const echoed = (text: string) =>
    until(`the echo of ${text}`, 5_000, () => (heard.endsWith(text) ? heard : undefined));
  return { socket, echoed, heard: () => heard, ended: () => ended };
}

test('bytes pass, and whoever is called sees the address of the caller', async () => {
  const { socket, echoed } = await open('127.0.7.9');
  socket.write('hello');
  await echoed('hello');
  expect(callers.at(-1)).toBe('127.0.7.9');
  socket.end();
  await once(socket, 'end');
});

test('a stalled link carries nothing and loses nothing', async () => {
  const { socket, echoed, heard } = await open();
  socket.write('one');
  await echoed('one');
  link.set('stall');
  socket.write('two');
  const another = await open();
  another.socket.write('new');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([heard(), another.heard()]).toEqual(['one', '']);
  link.set('pass');
  expect(await echoed('two')).toBe('onetwo');
  await another.echoed('new');
});

test('a slow link keeps the order, also when it becomes fast again', async () => {
  const { socket, echoed } = await open();
  link.set({ delayMs: 150 });
  const sinceMs = performance.now();
  socket.write('one');
  await echoed('one');
  // There and back.
  expect(performance.now() - sinceMs).toBeGreaterThanOrEqual(300);
  socket.write('two');
  await until('the second word under way', 5_000, () => socket.bytesWritten === 6 || undefined);
  link.set('pass');
  socket.write('three');
  expect(await echoed('three')).toBe('onetwothree');
});

test('a cut link resets what is open and what is new', async () => {
  const { ended } = await open();
  link.set('cut');
  await until('the reset', 5_000, ended);
  expect(ended()).toBe('ECONNRESET');
  const late = net.connect({ port, host: '127.0.0.1' });
  const [error] = await once(late, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
  link.set('pass');
  const { socket, echoed } = await open();
  socket.write('again');
  await echoed('again');
});
