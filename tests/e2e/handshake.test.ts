import { randomUUID } from 'node:crypto';
import { sendHttp, signToken, startNova, TestSocket, until } from '@nova/dev-env';
import { expect, test } from 'vitest';

test('a token comes by header, as a subprotocol or in the first frame; both paths serve', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  for (const tokenIn of ['header', 'subprotocol', 'frame'] as const) {
    for (const path of ['/ws', '/api/v1/ws']) {
      const deviceId = randomUUID();
      const socket = ana.open({ tokenIn, path, deviceId });
      expect(await socket.ready).toMatchObject({ userId: ana.userId, deviceId });
      // Never the entry that carries the token.
      expect(socket.webSocket.protocol).toBe('nova.v1');
      expect(socket.events[0]?.event).toBe('session.ready');
      await socket.request('conversation.list', {});
    }
  }
});

test('what is sent right behind the first frame is answered too', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const socket = ana.open({ tokenIn: 'nowhere' });
  await socket.opened;
  socket.tcp.cork();
  socket.send({ id: 900, type: 'session.authenticate', data: { token: ana.token } });
  const listed = socket.request('conversation.list', {});
  socket.tcp.uncork();
  expect(await listed).toEqual({ conversations: [] });
});

test('before the token nothing is answered but that a token is wanted', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const requests = [
    { id: 5, type: 'conversation.list', data: {} },
    { id: 5, type: 'session.resume', data: { cursor: 'x', epoch: randomUUID() } },
    { id: 5, type: 'no.such', data: {} },
  ];
  for (const request of requests) {
    const socket = ana.open({ tokenIn: 'nowhere' });
    await socket.opened;
    socket.send(request);
    expect((await socket.closed).code).toBe(4501);
    expect(socket.strays).toMatchObject([{ reply: 5, error: { code: 'unauthenticated' } }]);
    expect(socket.events).toEqual([]);
  }
  for (const [text, code] of [
    ['not json', 4501],
    ['[]', 4501],
    [Buffer.from([0, 1, 2]), 1003],
  ] as const) {
    const socket = ana.open({ tokenIn: 'nowhere' });
    await socket.opened;
    socket.send(text);
    expect((await socket.closed).code).toBe(code);
  }
});

test('forged, foreign, unsigned and expired tokens are refused in every place', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const other = await startNova({ database: env.database });
  const foreign = other.user('ana', { subject: ana.userId });
  await other.close();
  const subject = ana.userId;
  const [head, claims, signature] = ana.token.split('.') as [string, string, string];
  const tampered = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const forClaims = (body: object): string =>
    Buffer.from(JSON.stringify(body)).toString('base64url');
  const wrong: readonly (readonly [string, number])[] = [
    [foreign.token, 4501],
    [signToken(undefined, { subject, header: { alg: 'none' } }), 4501],
    [signToken(env.keys.publicKeyPem, { subject, header: { alg: 'HS256' } }), 4501],
    [signToken(env.keys.privateKey, { subject, header: { alg: 'HS256' } }), 4501],
    [`${head}.${forClaims({ ...tampered, sub: randomUUID() })}.${signature}`, 4501],
    [`${head}.${claims}.`, 4501],
    [env.sign({ subject: 'not-a-uuid' }), 4501],
    [env.sign({ subject, claims: { exp: undefined } }), 4501],
    [env.sign({ subject, claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }), 4501],
    [env.sign({ subject, header: { crit: ['x'], x: 1 } }), 4501],
    [env.sign({ subject, lifetimeSeconds: -60 }), 4101],
    ['garbage', 4501],
  ];
  for (const [token, code] of wrong) {
    for (const tokenIn of ['header', 'subprotocol', 'frame'] as const) {
      const socket = ana.open({ token, tokenIn });
      const closed = await socket.closed;
      expect([token, tokenIn, closed.code]).toEqual([token, tokenIn, code]);
      expect(socket.events).toEqual([]);
      expect(closed.reason).not.toContain(token);
    }
    const answer = await sendHttp(env.origin, {
      method: 'GET',
      path: '/api/v1/conversations',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated', status: 401 } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  }
  expect((await env.health()).status).toBe(200);
});

test('a token in the address is no token', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const path = `/api/v1/conversations?token=${ana.token}&access_token=${ana.token}`;
  expect((await sendHttp(env.origin, { method: 'GET', path })).status).toBe(401);
  const socket = new TestSocket(env.origin, {
    tokenIn: 'nowhere',
    path: `/ws?token=${ana.token}`,
  });
  await socket.opened;
  socket.send({ id: 1, type: 'conversation.list', data: {} });
  expect((await socket.closed).code).toBe(4501);
});

test('whoever keeps presenting wrong tokens has to wait, and is told how long', async () => {
  await using env = await startNova({ config: { RATE_LIMIT_AUTH_FAILURES_PER_MINUTE: '5' } });
  const attempt = () =>
    sendHttp(env.origin, {
      method: 'GET',
      path: '/api/v1/conversations',
      headers: { Authorization: 'Bearer guess' },
    });
  const limited = await until('a refusal', async () => {
    const answer = await attempt();
    return answer.status === 429 ? answer : undefined;
  });
  expect(limited.body.retryAfterMs).toBeGreaterThan(0);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a token’s end closes the socket, announced before; session.ready comes first', async () => {
  await using env = await startNova();
  const ana = env.user('ana', { lifetimeSeconds: 2 });
  const socket = await ana.socket();
  await socket.expect('session.expiring');
  expect(socket.events.map(({ event }) => event).slice(0, 2)).toEqual([
    'session.ready',
    'session.expiring',
  ]);
  expect((await socket.closed).code).toBe(4101);
});

test('nothing is answered on a socket whose token ended, though the client ignores the close', async () => {
  await using env = await startNova();
  const ana = env.user('ana', { lifetimeSeconds: 1 });
  const bob = env.user('bob');
  const { id: conversationId } = await bob.direct(ana);
  const socket = await ana.socket();
  // The client no longer reads, so it never answers the close frame.
  socket.tcp.pause();
  const { expiresAt } = (await socket.expect('session.ready')).data;
  await until('the end', () => Date.now() > Date.parse(expiresAt) + 200);
  socket.send({
    id: 70,
    type: 'message.send',
    data: { conversationId, id: randomUUID(), text: 'too late' },
  });
  await bob.say(conversationId, 'not for ears of the past');
  socket.tcp.resume();
  await socket.closed;
  expect((await bob.call('message.list', { conversationId })).messages).toHaveLength(1);
  expect(socket.strays).toEqual([]);
  expect(socket.all('message.created')).toEqual([]);
});

test('a token refreshed in band keeps the socket; another user’s is refused', async () => {
  await using env = await startNova();
  const ana = env.user('ana', { lifetimeSeconds: 2 });
  const socket = await ana.socket();
  const { expiresAt } = (await socket.expect('session.ready')).data;
  const foreign = await socket.refusal('session.authenticate', { token: env.user('bob').token });
  expect(foreign.code).toBe('forbidden');
  const garbage = await socket.refusal('session.authenticate', { token: 'garbage' });
  expect(garbage.code).toBe('unauthenticated');
  const token = env.sign({ subject: ana.userId });
  const refreshed = await socket.request('session.authenticate', { token });
  expect(refreshed.userId).toBe(ana.userId);
  await until('the first end', () => Date.now() > Date.parse(expiresAt) + 300);
  await socket.request('conversation.list', {});
});

test('a socket of the same device replaces the one before', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const deviceId = randomUUID();
  const first = await ana.socket({ deviceId });
  const second = await ana.socket({ deviceId: deviceId.toUpperCase() });
  expect((await first.closed).code).toBe(4509);
  const third = await ana.socket({ deviceId, tokenIn: 'frame' });
  expect((await second.closed).code).toBe(4509);
  await third.request('conversation.list', {});
  // The same device id of another user is another device.
  const bobs = await env.user('bob').socket({ deviceId });
  await third.request('conversation.list', {});
  await bobs.request('conversation.list', {});
});

test('past the bound of devices the newest is refused; a place that is free again is given', async () => {
  await using env = await startNova({ config: { SOCKETS_PER_USER: '2' } });
  const ana = env.user('ana');
  const first = await ana.socket();
  await ana.socket();
  expect((await ana.open().closed).code).toBe(4504);
  await first.close();
  await until('a free place', async () => {
    const socket = ana.open();
    return socket.ready.then(
      () => true,
      () => false,
    );
  });
});

test('past the bound of an address no socket is opened, whoever asks', async () => {
  await using env = await startNova({ config: { SOCKETS_PER_ADDRESS: '3' } });
  const waiting = [1, 2, 3].map(() => new TestSocket(env.origin, { tokenIn: 'nowhere' }));
  await Promise.all(waiting.map((socket) => socket.opened));
  expect((await env.user('ana').open().closed).code).toBe(1006);
  for (const socket of waiting) socket.cut();
  await until('room', () =>
    env
      .user('ana')
      .open()
      .ready.then(
        () => true,
        () => false,
      ),
  );
});

test('device ids that are none are refused by name', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const byQuery = ana.open({ deviceId: '../../x' });
  expect((await byQuery.closed).code).toBe(1006);
  const byFrame = ana.open({ deviceId: 'x', tokenIn: 'frame' });
  expect((await byFrame.closed).code).toBe(4501);
  expect(byFrame.strays).toMatchObject([
    { reply: 0, error: { code: 'invalidRequest', details: [{ field: 'deviceId' }] } },
  ]);
});

test('pages of other origins are refused, those of the list and programs are not', async () => {
  await using env = await startNova({
    config: { ALLOWED_ORIGINS: 'https://chat.example.org,http://localhost:5173' },
  });
  const ana = env.user('ana');
  const from = (origin: string) => ({ headers: { Origin: origin } });
  await ana.socket(from('https://chat.example.org'));
  await ana.socket(from('http://localhost:5173'));
  await ana.socket();
  for (const origin of ['https://evil.example', 'https://chat.example.org.evil.example', 'null']) {
    expect((await ana.open(from(origin)).closed).code).toBe(1006);
    const refused = await ana.http('conversation.list', {}, { Origin: origin });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  }
  const read = await ana.http('conversation.list', {}, { Origin: 'https://chat.example.org' });
  expect(read.headers.get('access-control-allow-origin')).toBe('https://chat.example.org');
  expect(read.headers.get('vary')).toContain('Origin');
  const preflight = await sendHttp(env.origin, {
    method: 'OPTIONS',
    path: '/api/v1/conversations',
    headers: {
      Origin: 'https://chat.example.org',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
});

test('with * every page may connect', async () => {
  await using env = await startNova({ config: { ALLOWED_ORIGINS: '*' } });
  await env.user('ana').socket({ headers: { Origin: 'https://anywhere.example' } });
});
