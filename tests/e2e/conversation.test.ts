import { randomUUID } from 'node:crypto';
import { range, startNova } from '@nova/dev-env';
import { uuidv7 } from 'uuidv7';
import { expect, test } from 'vitest';

test('two users talk both ways; each message reaches both, the sender’s own socket too', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
  const { id: conversationId } = await anas.request('conversation.create', {
    kind: 'direct',
    memberIds: [bob.userId],
  });
  await bobs.expect('conversation.created', (event) => event.conversationId === conversationId);

  for (let round = 1; round <= 10; round++) {
    const [socket, user] = round % 2 === 1 ? [anas, ana] : [bobs, bob];
    const reply = await socket.request('message.send', {
      conversationId,
      id: uuidv7(),
      text: `round ${round}`,
    });
    expect(reply).toMatchObject({ seq: round, senderId: user.userId, text: `round ${round}` });
    for (const hearer of [anas, bobs]) {
      const event = await hearer.expect('message.created', ({ data }) => data.id === reply.id);
      expect(event.data).toEqual(reply);
    }
  }
  for (const socket of [anas, bobs]) {
    expect(socket.all('message.created').map(({ data }) => data.seq)).toEqual(range(1, 10));
    const positions = socket.positions(conversationId);
    expect(positions).toEqual(range(positions[0] ?? 0, positions.at(-1) ?? 0));
    expect(positions).toHaveLength(10);
  }
});

test('the sender’s other device hears what was sent', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [phone, laptop] = await Promise.all([ana.socket(), ana.socket()]);
  const { id } = await ana.direct(bob);
  const sent = await phone.request('message.send', {
    conversationId: id,
    id: uuidv7(),
    text: 'from the phone',
  });
  const heard = await laptop.expect('message.created');
  expect(heard.data).toEqual(sent);
});

test('in a group of three everybody hears everybody, in one order', async () => {
  await using env = await startNova();
  const people = ['ana', 'bob', 'cleo'].map((name) => env.user(name));
  const [ana, ...others] = people;
  if (ana === undefined) throw new Error('nobody');
  const sockets = await Promise.all(people.map((user) => user.socket()));
  const { id: conversationId } = await ana.group(others);
  await Promise.all(
    sockets.flatMap((socket, who) =>
      range(1, 20).map((n) =>
        socket.request('message.send', { conversationId, id: uuidv7(), text: `${who}:${n}` }),
      ),
    ),
  );
  const heard = await Promise.all(
    sockets.map(async (socket) => {
      await socket.expect('message.created', ({ data }) => data.seq === 60);
      return socket.all('message.created').map(({ data }) => data);
    }),
  );
  for (const messages of heard) {
    expect(messages).toEqual(heard[0]);
    expect(messages.map(({ seq }) => seq)).toEqual(range(1, 60));
  }
  // What one person sends in order is stored in order.
  for (const who of [0, 1, 2]) {
    const mine = (heard[0] ?? []).filter(({ text }) => text?.startsWith(`${who}:`));
    expect(mine.map(({ text }) => text)).toEqual(range(1, 20).map((n) => `${who}:${n}`));
  }
});

test('a retry with the same id is answered with the first acknowledgement and heard once', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
  const { id: conversationId } = await ana.direct(bob);
  const message = { conversationId, id: uuidv7(), text: 'once' };
  const first = await anas.request('message.send', message);
  const retries = await Promise.all([
    ...range(1, 5).map(() => anas.request('message.send', message)),
    ana.call('message.send', message),
    anas.request('message.send', { ...message, id: message.id.toUpperCase() }),
  ]);
  for (const retry of retries) expect(retry).toEqual(first);
  const last = await ana.say(conversationId, 'after');
  expect(last.seq).toBe(2);
  await bobs.expect('message.created', ({ data }) => data.id === last.id);
  expect(bobs.all('message.created')).toHaveLength(2);
});

test('simultaneous first sends of one id store one message', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const sockets = await Promise.all(range(1, 4).map(() => ana.socket()));
  const { id: conversationId } = await ana.direct(bob);
  const message = { conversationId, id: uuidv7(), text: 'once' };
  const replies = await Promise.all(
    sockets.map((socket) => socket.request('message.send', message)),
  );
  for (const reply of replies) expect(reply).toEqual(replies[0]);
  expect((await ana.call('message.list', { conversationId })).messages).toHaveLength(1);
});

test('an id that was used for another text or by somebody else is a conflict', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const bobs = await bob.socket();
  const { id: conversationId } = await ana.direct(bob);
  const { id } = await ana.say(conversationId, 'mine');
  const byAna = await ana.http('message.send', { conversationId, id, text: 'other' });
  expect(byAna).toMatchObject({ status: 409, body: { code: 'idConflict' } });
  const byBob = await bobs.refusal('message.send', { conversationId, id, text: 'mine' });
  expect(byBob.code).toBe('idConflict');
  expect(byBob.fields).toEqual(['id']);
  expect((await bob.call('message.list', { conversationId })).messages).toMatchObject([
    { id, text: 'mine', senderId: ana.userId },
  ]);
});

test('the same id in two conversations is two messages', async () => {
  await using env = await startNova();
  const [ana, bob, cleo] = [env.user('ana'), env.user('bob'), env.user('cleo')];
  const id = uuidv7();
  const [one, other] = [await ana.direct(bob), await ana.direct(cleo)];
  expect((await ana.say(one.id, 'to bob', id)).seq).toBe(1);
  expect((await ana.say(other.id, 'to cleo', id)).seq).toBe(1);
});

test('what a user does on one device reaches the other: markers, typing, a new conversation', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [phone, laptop, bobs] = await Promise.all([ana.socket(), ana.socket(), bob.socket()]);
  const { id: conversationId } = await bob.direct(ana);
  await laptop.expect('conversation.created', (event) => event.conversationId === conversationId);
  await bob.say(conversationId, 'hello');
  await phone.request('receipt.read', { conversationId, seq: 1 });
  for (const socket of [laptop, bobs]) {
    await socket.expect(
      'receipt.updated',
      ({ data }) => data.userId === ana.userId && data.lastReadSeq === 1,
    );
  }
  await bobs.request('typing.start', { conversationId });
  await phone.expect('typing.started', ({ data }) => data.userId === bob.userId);
  await laptop.expect('typing.started', ({ data }) => data.userId === bob.userId);
  expect(bobs.all('typing.started')).toEqual([]);
});

test('direct: the same two people always meet in the same conversation', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const made = await Promise.all([ana.direct(bob), bob.direct(ana), ana.direct(bob)]);
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const stranger = env.user('eve', { subject: randomUUID() });
  const refused = await stranger.http('conversation.get', { conversationId: made[0]?.id });
  expect(refused.status).toBe(404);
});
