import { randomUUID } from 'node:crypto';
import { range, startNova, type TestSocket, type TestUser, WireError } from '@nova/dev-env';
import { expect, test } from 'vitest';

interface Place {
  readonly cursor: string;
  readonly epoch: string;
}

const placeOf = async (socket: TestSocket): Promise<Place> => {
  const { cursor, epoch } = await socket.ready;
  return { cursor, epoch };
};

/** A fresh socket that resumed from `place`. */
async function comeBack(user: TestUser, place: Place) {
  const socket = await user.socket();
  const done = await socket.request('session.resume', place);
  await socket.expect('session.resumed');
  return { socket, done };
}

test('after a cut everything missed is replayed in order, then session.resumed', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const bobs = await bob.socket();
  const place = await placeOf(bobs);
  const { id: conversationId, lastPos } = await ana.direct(bob);
  bobs.cut();
  for (const n of range(1, 30)) await ana.say(conversationId, `missed ${n}`);
  const { socket, done } = await comeBack(bob, place);
  expect(socket.positions(conversationId)).toEqual(range(lastPos + 1, lastPos + 30));
  expect(socket.all('message.created').map(({ data }) => data.text)).toEqual(
    range(1, 30).map((n) => `missed ${n}`),
  );
  expect(socket.all('conversation.created')).toHaveLength(1);
  expect(done).toEqual({ replayed: 31, snapshots: 0 });
  const names = socket.events.map(({ event }) => event);
  expect(names.at(-1)).toBe('session.resumed');

  // From the cursor of session.resumed on nothing is missing and live events go on.
  const { data: resumed } = await socket.expect('session.resumed');
  await ana.say(conversationId, 'live');
  await socket.expect('message.created', ({ data }) => data.text === 'live');
  const again = await comeBack(bob, { cursor: resumed.cursor, epoch: place.epoch });
  const texts = again.socket.all('message.created').map(({ data }) => data.text);
  expect(texts).toContain('live');
});

test('messages that arrive during a resume follow it; each position is there once or more, none is missing', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const place = await placeOf(await bob.socket());
  const { id: conversationId, lastPos } = await ana.direct(bob);
  const anas = await ana.socket();
  const send = (n: number) =>
    anas.request('message.send', { conversationId, id: randomUUID(), text: `${n}` });
  await Promise.all(range(1, 100).map(send));
  const socket = await bob.socket();
  await Promise.all([socket.request('session.resume', place), ...range(101, 200).map(send)]);
  await socket.expect('message.created', (event) => event.pos === lastPos + 200);
  const positions = socket.positions(conversationId);
  expect([...new Set(positions)].sort((a, b) => a - b)).toEqual(range(lastPos + 1, lastPos + 200));
  // First sights are in order: what a client drops as known is all that comes twice.
  let highest = lastPos;
  for (const pos of positions) {
    expect(pos).toBeLessThanOrEqual(highest + 1);
    highest = Math.max(highest, pos);
  }
});

test('edits, deletes, reactions, removals and additions are replayed as they are now', async () => {
  await using env = await startNova();
  const [ana, bob, cleo, dan] = ['ana', 'bob', 'cleo', 'dan'].map((name) => env.user(name)) as [
    TestUser,
    TestUser,
    TestUser,
    TestUser,
  ];
  const { id: conversationId } = await ana.group([bob, cleo]);
  const secret = await ana.say(conversationId, 'a secret');
  const draft = await ana.say(conversationId, 'draft');
  const bobs = await bob.socket();
  const place = await placeOf(bobs);
  bobs.cut();

  const later = await ana.say(conversationId, 'deleted before bob returns');
  await ana.call('message.delete', { conversationId, messageId: secret.id });
  await ana.call('message.delete', { conversationId, messageId: later.id });
  await ana.call('message.edit', { conversationId, messageId: draft.id, text: 'final' });
  await cleo.call('message.react', { conversationId, messageId: draft.id, emoji: '👍' });
  await cleo.call('message.react', { conversationId, messageId: draft.id, emoji: '🎉' });
  await cleo.call('message.unreact', { conversationId, messageId: draft.id, emoji: '🎉' });
  await ana.call('member.add', { conversationId, userIds: [dan.userId] });
  await ana.call('member.remove', { conversationId, userId: cleo.userId });
  await ana.call('member.setRole', { conversationId, userId: dan.userId, role: 'admin' });
  await ana.call('conversation.update', { conversationId, title: 'renamed' });

  const { socket } = await comeBack(bob, place);
  // A cursor may be a little older than what its socket saw: that is sent once more.
  const [seen] = socket.all('message.created').filter(({ data }) => data.id === later.id);
  const durable = socket.events.filter(({ pos = 0 }) => pos >= (seen?.pos ?? 1));
  expect(durable.map(({ event }) => event)).toEqual([
    'message.created',
    'message.deleted',
    'message.deleted',
    'message.edited',
    'reaction.added',
    'reaction.added',
    'reaction.removed',
    'member.added',
    'member.removed',
    'member.roleChanged',
    'conversation.updated',
  ]);
  const wire = JSON.stringify(socket.events);
  expect(wire).not.toContain('a secret');
  expect(wire).not.toContain('deleted before');
  expect(socket.all('message.edited')[0]?.data).toMatchObject({ text: 'final', version: 2 });
  expect(socket.all('conversation.updated')[0]?.data.title).toBe('renamed');
});

test('who was added or removed while away learns it on return', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const left = await ana.group([bob], 'left');
  const kept = await ana.group([bob], 'kept');
  const bobs = await bob.socket();
  const place = await placeOf(bobs);
  bobs.cut();
  await ana.say(left.id, 'for those who stay');
  await ana.call('member.remove', { conversationId: left.id, userId: bob.userId });
  await ana.say(left.id, 'behind the back');
  const added = await ana.group([bob], 'added');
  await ana.say(added.id, 'welcome');
  await ana.call('member.remove', { conversationId: kept.id, userId: bob.userId });
  await ana.call('member.add', { conversationId: kept.id, userIds: [bob.userId] });

  const { socket } = await comeBack(bob, place);
  const removed = socket.all('member.removed').filter(({ pos }) => pos === undefined);
  expect(removed.map((event) => event.conversationId)).toEqual([left.id]);
  expect(
    socket
      .all('conversation.created')
      .map(({ data }) => data.title)
      .sort(),
  ).toEqual(['added', 'kept']);
  expect(socket.all('message.created').map(({ data }) => data.text)).toEqual(['welcome']);
});

test('markers that moved while away come with the resume', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  await ana.say(conversationId, 'read me');
  const anas = await ana.socket();
  const place = await placeOf(anas);
  anas.cut();
  await bob.call('receipt.read', { conversationId, seq: 1 });
  const { socket } = await comeBack(ana, place);
  await socket.expect(
    'receipt.updated',
    ({ data }) => data.userId === bob.userId && data.lastReadSeq === 1,
  );
});

test('past 2,000 rows a conversation comes as a snapshot with its newest page', async () => {
  await using env = await startNova({
    config: { RATE_LIMIT_SENDS_BURST: '100000', RATE_LIMIT_SENDS_PER_SECOND: '100000' },
  });
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [busy, quiet] = [await ana.group([bob], 'busy'), await ana.direct(bob)];
  const bobs = await bob.socket();
  const place = await placeOf(bobs);
  bobs.cut();
  const anas = await ana.socket();
  for (const chunk of range(0, 10)) {
    await Promise.all(
      range(1, 190).map((n) =>
        anas.request('message.send', {
          conversationId: busy.id,
          id: randomUUID(),
          text: `${chunk * 190 + n}`,
        }),
      ),
    );
  }
  await ana.say(quiet.id, 'one');
  const { socket, done } = await comeBack(bob, place);
  expect(done).toMatchObject({ snapshots: 1 });
  const [snapshot] = socket.all('conversation.snapshot');
  expect(snapshot?.conversationId).toBe(busy.id);
  expect(snapshot?.data.conversation).toMatchObject({ lastSeq: 2_090, title: 'busy' });
  expect(snapshot?.data.messages.map(({ seq }) => seq)).toEqual(range(2_041, 2_090));
  expect(socket.positions(busy.id)).toEqual([]);
  expect(socket.positions(quiet.id)).toEqual([1]);
  // Live events go on behind the snapshot's position.
  await ana.say(busy.id, 'live');
  const live = await socket.expect('message.created', ({ data }) => data.text === 'live');
  expect(live.pos).toBe((snapshot?.data.conversation.lastPos ?? 0) + 1);
});

test('another epoch is refused by name: positions of another log mean nothing', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const socket = await ana.socket();
  const { cursor } = await placeOf(socket);
  const refusal = await socket.refusal('session.resume', { cursor, epoch: randomUUID() });
  expect(refusal.code).toBe('invalidRequest');
  expect(refusal.fields).toEqual(['epoch']);
  const overHttp = await ana.http('event.list', { cursor, epoch: randomUUID() });
  expect(overHttp).toMatchObject({ status: 400, body: { details: [{ field: 'epoch' }] } });
});

test('cursors that this service never gave out are refused by name', async () => {
  await using env = await startNova();
  const ana = env.user('ana');
  const socket = await ana.socket();
  const { epoch } = await placeOf(socket);
  const encode = (text: string): string => Buffer.from(text).toString('base64url');
  const wrong = [
    'garbage',
    encode('1.-1'),
    encode('1.1.5'),
    encode('2.10'),
    encode('1.9223372036854775807'),
    encode('1.9999999999999999999'),
    encode('1.99999999999999999999999'),
    encode('1.007'),
    encode("1.1'; drop table log; --"),
    'A'.repeat(128),
    'A'.repeat(129),
    '',
    '../../etc/passwd',
  ];
  for (const cursor of wrong) {
    const refusal = await socket.refusal('session.resume', { cursor, epoch });
    expect([cursor, refusal.code]).toEqual([cursor, 'invalidRequest']);
    expect(refusal.fields).toEqual(['cursor']);
    const { status, body } = await ana.http('event.list', { cursor, epoch });
    expect([cursor, status, body.details?.[0]?.field]).toEqual([cursor, 400, 'cursor']);
  }
  for (const cursor of [5, null, { $gt: '' }, ['x']]) {
    expect((await socket.refusal('session.resume', { cursor, epoch })).fields).toEqual(['cursor']);
  }
  // The very first position is one: everything is replayed.
  await socket.request('session.resume', { cursor: encode('1.0'), epoch });
});

test('two resumes at once on one socket: the second is told so', async () => {
  await using env = await startNova();
  const socket = await env.user('ana').socket();
  const place = await placeOf(socket);
  const outcomes = await Promise.allSettled([
    socket.request('session.resume', place),
    socket.request('session.resume', place),
  ]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(refused.reason).toBeInstanceOf(WireError);
  await socket.request('session.resume', place);
});

test('event.list is the same replay over HTTP, page by page', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const start = await bob.call('event.list', {});
  expect(start.events).toEqual([]);
  const { id: conversationId, lastPos } = await ana.direct(bob);
  for (const n of range(1, 5)) await ana.say(conversationId, `${n}`);
  const { cursor, epoch } = start;
  const next = await bob.call('event.list', { cursor, epoch });
  const all = next.events as { event: string; pos?: number }[];
  const events = all.filter(({ event }) => event !== 'receipt.updated');
  expect(events.map(({ event }) => event)).toEqual([
    'conversation.created',
    ...range(1, 5).map(() => 'message.created'),
  ]);
  expect(events.slice(1).map(({ pos }) => pos)).toEqual(range(lastPos + 1, lastPos + 5));
  const stranger = await env.user('eve').call('event.list', { cursor, epoch });
  expect(stranger.events).toEqual([]);
});
