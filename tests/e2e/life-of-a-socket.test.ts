import { randomUUID } from 'node:crypto';
import { range, startNova, TestSocket } from '@nova/dev-env';
import { expect, test } from 'vitest';

test('heartbeats bring a cursor from which nothing is missing', async () => {
  await using env = await startNova({ config: { WS_HEARTBEAT_INTERVAL: '1' } });
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const bobs = await bob.socket();
  const { id: conversationId } = await ana.direct(bob);
  await ana.say(conversationId, 'before');
  await bobs.expect('message.created');
  const beats = bobs.all('session.cursor').length;
  const beat = await bobs.expect(
    'session.cursor',
    (event) => bobs.all('session.cursor').indexOf(event) > beats,
  );
  const { epoch } = await bobs.ready;
  bobs.cut();
  await ana.say(conversationId, 'after');
  const again = await bob.socket();
  await again.request('session.resume', { cursor: beat.data.cursor, epoch });
  expect(again.all('message.created').map(({ data }) => data.text)).toContain('after');
});

test('a socket that answers no heartbeat is closed; any frame counts as life', async () => {
  await using env = await startNova({ config: { WS_HEARTBEAT_INTERVAL: '1' } });
  const silent = await env.user('silent').socket({ pong: false });
  const talking = await env.user('talking').socket({ pong: false });
  const talk = setInterval(() => talking.send({ id: 99, type: 'conversation.list' }), 400);
  expect((await silent.closed).code).toBe(4003);
  clearInterval(talk);
  await talking.request('conversation.list', {});
});

test('a planned stop tells every socket, then closes it with 4001; it ends in time', async () => {
  await using env = await startNova({ config: { DRAIN_SECONDS: '1' } });
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const sockets = await Promise.all(range(1, 10).map(() => ana.socket()));
  const { id: conversationId } = await ana.direct(bob);
  // One that nobody identified, and one that has stopped to read, must not hold the node up.
  const unknown = new TestSocket(env.origin, { tokenIn: 'nowhere' });
  const deaf = await bob.socket();
  await unknown.opened;
  deaf.tcp.pause();
  const began = Date.now();
  const closing = env.close();
  const [first] = sockets as [TestSocket, ...TestSocket[]];
  const draining = await first.expect('session.draining');
  expect(draining.data.reconnectAfterMs).toBeLessThan(1_000);
  // Still at work until it is closed.
  const late = await first.request('message.send', {
    conversationId,
    id: randomUUID(),
    text: 'last words',
  });
  expect(late.seq).toBe(1);
  expect((await env.health()).status).toBe(503);
  expect((await ana.open().closed).code).toBe(1006);
  for (const socket of sockets) {
    await socket.expect('session.draining');
    expect((await socket.closed).code).toBe(4001);
  }
  await closing;
  expect(Date.now() - began).toBeLessThan(6_000);

  await using next = await startNova({ database: env.database, keys: env.keys });
  const returned = next.user('ana', { subject: ana.userId });
  const socket = await returned.socket();
  const { epoch } = await socket.ready;
  await socket.request('session.resume', { cursor: draining.data.cursor, epoch });
  await socket.expect('message.created', ({ data }) => data.text === 'last words');
});

test('what was accepted before a stop is stored, whoever hears the answer', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const anas = await ana.socket();
  const { id: conversationId } = await ana.direct(bob);
  const sends = range(1, 100).map((n) =>
    anas.request('message.send', { conversationId, id: randomUUID(), text: `${n}` }).then(
      ({ id }) => id,
      () => undefined,
    ),
  );
  await env.close();
  const acknowledged = (await Promise.all(sends)).filter((id) => id !== undefined);
  await using next = await startNova({ database: env.database, keys: env.keys });
  const again = next.user('ana', { subject: ana.userId });
  const { messages } = await again.call('message.list', { conversationId, limit: 200 });
  const stored = new Set(messages.map(({ id }) => id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
});
