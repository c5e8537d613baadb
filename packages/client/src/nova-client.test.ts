import { expect, it } from 'vitest';
import { NovaClientError } from './client-error.ts';
import { settled } from './testing/fake-clock.ts';
import { texts } from './testing/fake-server.ts';
import { setScene } from './testing/scene.ts';

it('lists the inbox, follows it, and says what happened', async () => {
  const { server, online } = setScene();
  const conversation = server.create('direct', ['ana', 'bob']);
  conversation.send('bob', 'before');
  const { nova, events } = await online('ana');
  const live = nova.conversations.get(conversation.id);
  await live?.open();
  conversation.send('bob', 'hello');
  await settled();
  expect(texts(live?.getSnapshot().messages ?? [])).toEqual(['before', 'hello']);
  expect(nova.conversations.getSnapshot()[0]).toMatchObject({ unreadCount: 2, lastSeq: 2 });
  expect(events.map(({ event }) => event)).toEqual(['message.created']);
});

it('resumes after a cut: nothing lost, nothing twice', async () => {
  const { server, clock, online } = setScene();
  const conversation = server.create('direct', ['ana', 'bob']);
  const { nova, events } = await online('ana');
  conversation.send('bob', '1');
  await settled();
  server.reachable = false;
  server.socketOf('ana').end(1006);
  await settled();
  expect(nova.connection.getSnapshot()).toMatchObject({ online: false, phase: 'waiting' });
  conversation.send('bob', '2');
  const edited = conversation.send('bob', '3');
  conversation.edit(edited.id, '3, edited');
  await clock.advance(5_000);
  server.reachable = true;
  await clock.advance(40_000);
  expect(nova.connection.getSnapshot().online).toBe(true);
  expect(texts(nova.conversations.get(conversation.id)?.getSnapshot().messages ?? [])).toEqual([
    '1',
    '2',
    '3, edited',
  ]);
  expect(events.map(({ pos }) => pos)).toEqual([1, 2, 3, 4]);
  expect(server.count('session.resume')).toBe(1);
  expect(server.count('conversation.list')).toBe(1);
});

it('lists afresh when the log is another one', async () => {
  const { server, clock, online } = setScene();
  const conversation = server.create('group', ['ana', 'bob', 'cyd']);
  const gone = server.create('direct', ['ana', 'bob']);
  conversation.send('bob', 'old');
  const { nova } = await online('ana');
  const goneLive = nova.conversations.get(gone.id);
  server.epoch = crypto.randomUUID();
  conversation.messages.length = 0;
  conversation.lastPos = 0;
  server.conversations.delete(gone.id);
  conversation.send('cyd', 'new');
  server.socketOf('ana').end(1006);
  await clock.advance(1_000);
  expect(server.count('session.resume')).toBe(0);
  expect(nova.conversations.get(conversation.id)?.state).toMatchObject({ lastSeq: 1 });
  expect(goneLive?.getSnapshot().removed).toBe(true);
  conversation.send('cyd', 'newer');
  await settled();
  expect(nova.conversations.get(conversation.id)?.state).toMatchObject({ lastSeq: 2 });
});

it('drops a link on which nothing is heard for two heartbeats', async () => {
  const { server, clock, online } = setScene();
  const { nova } = await online('ana');
  await clock.advance(20_000);
  server.beat();
  await clock.advance(49_000);
  expect(nova.connection.getSnapshot().online).toBe(true);
  server.socketOf('ana').dead = true;
  await clock.advance(2_000);
  expect(server.sockets).toHaveLength(2);
  expect(nova.connection.getSnapshot().online).toBe(true);
  expect(server.count('session.resume')).toBe(1);
});

it('gives a socket that never becomes ready up', async () => {
  const { server, clock, client } = setScene();
  const nova = client('ana');
  nova.start();
  await Promise.resolve();
  for (const socket of server.sockets) socket.dead = true;
  await settled();
  for (const socket of server.sockets) socket.dead = true;
  await clock.advance(10_600);
  expect(server.sockets).toHaveLength(2);
});

it('moves to another node without a moment offline', async () => {
  const { server, clock, online } = setScene();
  const conversation = server.create('direct', ['ana', 'bob']);
  const { nova, events } = await online('ana');
  const seen: boolean[] = [];
  nova.connection.subscribe(() => seen.push(nova.connection.getSnapshot().online));
  const old = server.socketOf('ana');
  old.deliver({
    event: 'session.draining',
    data: { cursor: server.cursor, reconnectAfterMs: 700 },
  });
  await clock.advance(699);
  expect(server.sockets).toHaveLength(1);
  conversation.send('bob', 'meanwhile');
  const sending = nova.send(conversation.id, 'mine');
  await clock.advance(10);
  expect((await sending).text).toBe('mine');
  expect(server.open).toHaveLength(1);
  expect(server.socketOf('ana')).not.toBe(old);
  expect(new Set(seen)).toEqual(new Set([true]));
  conversation.send('bob', 'after');
  await settled();
  expect(events.map(({ pos }) => pos)).toEqual([1, 2, 3]);
});

it('refreshes its token in band, and asks for another one after 4101', async () => {
  const { server, clock, online } = setScene();
  let asked = 0;
  const token = async () => {
    asked += 1;
    return 'token-of:ana';
  };
  const { nova } = await online('ana', { token });
  server.socketOf('ana').deliver({
    event: 'session.expiring',
    data: { expiresAt: new Date(clock.now() + 60_000).toISOString() },
  });
  await settled();
  expect(server.requests.at(-1)).toMatchObject({ type: 'session.authenticate' });
  expect(asked).toBe(2);
  server.socketOf('ana').end(4101);
  await clock.advance(1_000);
  expect(asked).toBe(3);
  expect(nova.connection.getSnapshot().online).toBe(true);
});

it('says why it was stopped, and can be started again', async () => {
  const { server, clock, online } = setScene();
  const { nova } = await online('ana');
  server.socketOf('ana').end(4509, 'another socket took over');
  await clock.advance(60_000);
  expect(nova.connection.getSnapshot()).toMatchObject({
    phase: 'closed',
    reason: { code: 4509, message: 'another socket took over' },
  });
  await expect(nova.ready()).rejects.toBeInstanceOf(NovaClientError);
  nova.start();
  await nova.ready();
  expect(server.sockets).toHaveLength(2);
});

it('stops when the user must log in again', async () => {
  const { client } = setScene();
  const nova = client('ana', {
    token: () => Promise.reject(new NovaClientError('unauthenticated', 'log in')),
  });
  nova.start();
  await expect(nova.ready()).rejects.toThrow('log in');
});

it('follows the network of the device', async () => {
  const { server, clock, online } = setScene();
  let found = (): void => {};
  let lost = (): void => {};
  const network = {
    online: () => true,
    start(listener: { found: () => void; lost: () => void }) {
      ({ found, lost } = listener);
      return () => {};
    },
  };
  const { nova } = await online('ana', { network });
  lost();
  expect(nova.connection.getSnapshot()).toMatchObject({ phase: 'offline', online: false });
  await clock.advance(60_000);
  expect(server.sockets).toHaveLength(1);
  found();
  await clock.advance(1);
  expect(nova.connection.getSnapshot().online).toBe(true);
});

it('leaves no timer and no socket behind', async () => {
  const { server, clock, online } = setScene();
  const conversation = server.create('direct', ['ana', 'bob']);
  const { nova } = await online('ana', { reportDelivered: true });
  conversation.typing('bob');
  conversation.send('bob', '1');
  server.interfere = () => 'silence';
  nova.send(conversation.id, 'never answered').catch(() => {});
  const asked = nova.request('conversation.get', { conversationId: conversation.id });
  await settled();
  nova.close();
  await expect(asked).rejects.toMatchObject({ code: 'closed' });
  expect(server.open).toHaveLength(0);
  expect(clock.timers).toBe(0);
});

it('tells what the service allows, as the newest connection said', async () => {
  const { server, clock, client, online } = setScene();
  expect(client('bob').limits).toBe(null);
  const { nova } = await online('ana');
  expect(nova.limits).toEqual(server.limits);
  server.limits = { ...server.limits, messageRecallWindowHours: 1 };
  server.socketOf('ana').end(1006);
  await clock.advance(5_000);
  expect(nova.limits?.messageRecallWindowHours).toBe(1);
});
