import { randomUUID } from 'node:crypto';
import { range, startNova, type TestSocket, type TestUser } from '@nova/dev-env';
import { expect, test } from 'vitest';

const strangers = (count: number): string[] => range(1, count).map(() => randomUUID());

/** What a socket was told of a conversation after `pos`, up to and with `last`. */
async function heardUpTo(socket: TestSocket, conversationId: string, last: number) {
  await socket.expect('message.created', (event) => event.pos === last);
  return socket.positions(conversationId);
}

async function sendMany(users: readonly TestUser[], conversationId: string, count: number) {
  return Promise.all(
    range(1, count).map((n) => {
      const user = users[n % users.length];
      if (user === undefined) throw new Error('nobody');
      return user.say(conversationId, `message ${n}`);
    }),
  );
}

test('a group of 200: everybody who is connected hears everything in order', async () => {
  await using env = await startNova();
  const people = range(1, 12).map((n) => env.user(`member ${n}`));
  const [owner, ...others] = people as [TestUser, ...TestUser[]];
  const sockets = await Promise.all(people.map((user) => user.socket()));
  const group = await owner.group([...others, ...strangers(188)]);
  expect(group).toMatchObject({ memberCount: 200 });
  expect(group.members).toBeUndefined();

  await sendMany(people, group.id, 60);
  for (const socket of sockets) {
    const positions = await heardUpTo(socket, group.id, group.lastPos + 60);
    expect(positions).toEqual(range(group.lastPos + 1, group.lastPos + 60));
  }
});

test('a group of 200: who joins hears everything from the joining on, and nothing before', async () => {
  await using env = await startNova();
  const [owner, other, late] = [env.user('owner'), env.user('other'), env.user('late')];
  const [owners, lates] = await Promise.all([owner.socket(), late.socket()]);
  const group = await owner.group([other, ...strangers(198)]);
  await sendMany([owner, other], group.id, 5);
  // The joining races messages: where it stands in the log decides.
  await Promise.all([
    owner.call('member.add', { conversationId: group.id, userIds: [late.userId] }),
    sendMany([owner, other], group.id, 20),
  ]);
  const final = await owner.say(group.id, 'welcome');
  const last = group.lastPos + 27;
  const all = await heardUpTo(owners, group.id, last);
  expect(all).toEqual(range(group.lastPos + 1, last));
  const joined = await owners.expect(
    'member.added',
    ({ data }) => data.member.userId === late.userId,
  );
  const appeared = await lates.expect('conversation.created');
  expect(appeared.pos).toBeUndefined();
  const heard = await heardUpTo(lates, group.id, last);
  expect(heard).toEqual(range(joined.pos ?? 0, last));
  expect(appeared.data.lastPos).toBeGreaterThanOrEqual(joined.pos ?? 0);
  expect(
    (await late.call('message.get', { conversationId: group.id, messageId: final.id })).text,
  ).toBe('welcome');
});

for (const members of [3, 200]) {
  test(`a group of ${members}: who leaves hears nothing past the leaving but that it happened`, async () => {
    await using env = await startNova();
    const [owner, other, leaver] = [env.user('owner'), env.user('other'), env.user('leaver')];
    const [owners, leavers] = await Promise.all([owner.socket(), leaver.socket()]);
    const group = await owner.group([other, leaver, ...strangers(members - 3)]);
    await sendMany([owner, other], group.id, 5);
    await Promise.all([
      leaver.call('conversation.leave', { conversationId: group.id }),
      sendMany([owner, other], group.id, 20),
    ]);
    // The leaving may come behind all that raced it: what comes after both is heard last.
    await owner.say(group.id, 'after the leaving');
    await heardUpTo(owners, group.id, group.lastPos + 27);
    const left = await owners.expect('member.removed', ({ data }) => data.userId === leaver.userId);
    const word = await leavers.expect('member.removed');
    expect(word).toMatchObject({ conversationId: group.id, data: { userId: leaver.userId } });
    expect(word.pos).toBeUndefined();
    // A message of a conversation that is still theirs: what was to come before it has come.
    const { id } = await owner.direct(leaver);
    await owner.say(id, 'farewell');
    await leavers.expect('message.created', (event) => event.conversationId === id);
    const heard = leavers.positions(group.id);
    expect(heard).toEqual(range(group.lastPos + 1, (left.pos ?? 0) - 1));
    const refused = await leaver.http('message.list', { conversationId: group.id });
    expect(refused.status).toBe(404);
  });
}

test('a group that grows past the bound of small ones and shrinks again loses nobody', async () => {
  await using env = await startNova();
  const [owner, other] = [env.user('owner'), env.user('other')];
  const [owners, others] = await Promise.all([owner.socket(), other.socket()]);
  const group = await owner.group([other, ...strangers(60)]);
  const extra = strangers(6);
  let last = group.lastPos;
  const say = async (text: string): Promise<void> => {
    await owner.say(group.id, text);
    last++;
  };
  await say('small');
  await owner.call('member.add', { conversationId: group.id, userIds: extra });
  last += extra.length;
  await say('large');
  for (const userId of extra) {
    await owner.call('member.remove', { conversationId: group.id, userId });
    last++;
    await say('shrinking');
  }
  for (const socket of [owners, others]) {
    expect(await heardUpTo(socket, group.id, last)).toEqual(range(group.lastPos + 1, last));
  }
});

test('a removed member’s sends race the removal: none is stored behind it', async () => {
  await using env = await startNova();
  const [owner, bob] = [env.user('owner'), env.user('bob')];
  const [owners, bobs] = await Promise.all([owner.socket(), bob.socket()]);
  for (let round = 0; round < 12; round++) {
    const { id: conversationId, lastPos } = await owner.group([bob]);
    const early = range(0, round % 4).length;
    const sends = range(1, 24).map((n) => {
      const input = { conversationId, id: randomUUID(), text: `${n}` };
      return n <= early ? bob.http('message.send', input) : bobs.ask('message.send', input);
    });
    const removal = owners.request('member.remove', { conversationId, userId: bob.userId });
    const [outcomes] = await Promise.all([Promise.all(sends), removal]);
    const { pos: removedAt = 0 } = await owners.expect(
      'member.removed',
      (event) => event.conversationId === conversationId && event.pos !== undefined,
    );
    const { messages } = await owner.call('message.list', { conversationId, limit: 200 });
    const acknowledged = outcomes.filter((one) =>
      'status' in one ? one.status === 201 : 'data' in one,
    );
    expect(acknowledged).toHaveLength(messages.length);
    const events = owners
      .all('message.created')
      .filter((event) => event.conversationId === conversationId);
    expect(events.every(({ pos = 0 }) => pos < removedAt)).toBe(true);
    expect(removedAt).toBe(lastPos + messages.length + 1);
    for (const one of outcomes) {
      if ('status' in one && one.status !== 201) expect(one.body.code).toBe('notFound');
      if ('error' in one) expect(one.error.code).toBe('notFound');
    }
  }
});
