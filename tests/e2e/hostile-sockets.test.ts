import { range, sendRaw, until } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { ana, conversationId, env, hostileScene, socket } from './hostile-scene.ts';

hostileScene();

test('a frame over WS_MAX_FRAME_SIZE ends the socket with 1009, a binary one with 1003', async () => {
  const largest = await ana.socket();
  expect((await largest.ready).limits.maxFrameBytes).toBe(262_144);
  largest.send('x'.repeat(262_145));
  expect((await largest.closed).code).toBe(1009);
  const binary = await ana.socket();
  binary.send(Buffer.from('{"id":1,"type":"conversation.list"}'));
  expect((await binary.closed).code).toBe(1003);
  expect(binary.strays).toEqual([]);
  const halves = await ana.socket();
  halves.webSocket.send('x'.repeat(200_000), { fin: false });
  halves.webSocket.send('x'.repeat(200_000), { fin: true });
  expect((await halves.closed).code).toBe(1009);
});

test('text that is not UTF-8 ends the socket with 1007', async () => {
  const broken = await ana.socket();
  broken.webSocket.send(Buffer.from([0xc3, 0x28]), { binary: false });
  expect((await broken.closed).code).toBe(1007);
});

test('a message in pieces is put together; a flood of tiny pieces ends the socket', async () => {
  const pieces = ['{"id":61,', '"type":"conver', 'sation.list"}'];
  for (const [index, piece] of pieces.entries()) {
    socket.webSocket.send(piece, { fin: index === pieces.length - 1 });
  }
  await until('an answer', () => socket.strays[0]);

  const flood = await ana.socket();
  flood.webSocket.send('[', { fin: false });
  for (const _ of range(1, 40_000)) flood.webSocket.send('1', { fin: false });
  expect((await flood.closed).code).toBe(1008);
  const empty = await ana.socket();
  empty.webSocket.send('[', { fin: false });
  for (const _ of range(1, 40_000)) empty.webSocket.send('', { fin: false });
  expect((await empty.closed).code).toBe(1008);
});

test('a flood of requests waits in the kernel and is answered to the last', async () => {
  const replies = await Promise.all(
    range(1, 3_000).map(() => socket.ask('typing.start', { conversationId })),
  );
  expect(replies).toHaveLength(3_000);
  const limited = replies.flatMap((reply) => ('error' in reply ? [reply.error] : []));
  expect(limited.length).toBeGreaterThan(0);
  for (const error of limited) {
    expect(error.code).toBe('rateLimited');
    expect(error.retryAfterMs).toBeGreaterThan(0);
  }
});

test('upgrades that are none are answered and closed', async () => {
  const upgrade = (path: string, extra = '') =>
    sendRaw(
      env.node.port,
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${extra}\r\n`,
    );
  for (const path of [
    '//',
    'http://[',
    '/',
    '/api/v1/conversations',
    '/ws/../x',
    '/%2e%2e/ws',
    '*',
  ]) {
    expect([path, (await upgrade(path)).slice(0, 12)]).toEqual([path, 'HTTP/1.1 404']);
  }
  const badKey = await sendRaw(
    env.node.port,
    'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n',
  );
  expect(badKey).toMatch(/^HTTP\/1\.1 400/);
  const device = await upgrade('/ws?deviceId=x%0d%0aSet-Cookie:%20a=b');
  expect(device).toMatch(/^HTTP\/1\.1 400/);
  expect(device).not.toContain('\r\nSet-Cookie');
  expect(device).toContain('"field":"deviceId"');
  expect(await sendRaw(env.node.port, '\x16\x03\x01\x02\x00\x01\x00')).toMatch(
    /^(?:HTTP\/1\.1 400|$)/,
  );
});

test('a client that breaks the protocol of frames is cut', async () => {
  for (const bytes of [
    [0x81, 0x01, 0x41],
    [0xf1, 0x80, 0, 0, 0, 0],
    [0x83, 0x80, 0, 0, 0, 0],
    [0x80, 0x80, 0, 0, 0, 0],
    [0x09, 0x80, 0, 0, 0, 0],
    [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  ]) {
    const broken = await ana.socket();
    broken.tcp.write(Buffer.from(bytes));
    expect([1002, 1009, 1006]).toContain((await broken.closed).code);
  }
});
