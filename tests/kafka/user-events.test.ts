import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  createTopic,
  type NovaEnv,
  openKeys,
  produce,
  sharedKafka,
  startNova,
  until,
  watchTopic,
} from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownTopics } from './published.ts';

type Fields = Readonly<Record<string, unknown>>;

let brokers: string;
let topic: string;
let here: NovaEnv;
let there: NovaEnv;

/** Two nodes, of which either may be the one that consumes. */
beforeAll(async () => {
  brokers = await sharedKafka();
  const { userEvents, config } = await ownTopics(brokers);
  topic = userEvents;
  await createTopic(brokers, `${topic}.dlq`);
  const shared = { database: await createTestDatabase(), keys: openKeys(), config };
  here = await startNova(shared);
  there = await startNova(shared);
});
afterAll(async () => {
  await here?.[Symbol.asyncDispose]();
  await there?.[Symbol.asyncDispose]();
});

const eventOf = (type: string, userId: string, fields: Fields = {}) => ({
  ...{ id: randomUUID(), at: new Date().toISOString(), type, userId },
  ...fields,
});

async function tell(...events: readonly (Fields & { readonly userId: string })[]): Promise<void> {
  await produce(
    brokers,
    topic,
    events.map((event) => ({ key: event.userId, value: JSON.stringify(event) })),
  );
}

const counted = async (type: string, outcome: string): Promise<number> => {
  const labels = `{type="${type}",outcome="${outcome}"}`;
  const [one, other] = await Promise.all([
    here.metric('user_events_total', labels),
    there.metric('user_events_total', labels),
  ]);
  return one + other;
};

test('a profile replaces the name in tokens, and an older one changes nothing', async () => {
  const [ana, bob] = [here.user('ana'), here.user('bob')];
  const { id: conversationId } = await ana.group([bob]);
  const nameOf = async (): Promise<string | undefined> => {
    const { members } = await bob.call('member.list', { conversationId });
    return members.find(({ userId }) => userId === ana.userId)?.name;
  };
  await until('the name of the token', async () => (await nameOf()) === 'ana');
  const old = { at: '2020-01-01T00:00:00Z', name: 'Old' };
  await tell(
    eventOf('user.profileUpdated', ana.userId, { name: 'Ana Lima', avatarUrl: 'https://a/p.png' }),
    eventOf('user.profileUpdated', ana.userId, old),
  );
  await until('both events', async () => (await counted('user.profileUpdated', 'applied')) === 2);
  expect(await nameOf()).toBe('Ana Lima');
  await there.user('ana', { subject: ana.userId }).call('conversation.list', {});
  expect(await nameOf()).toBe('Ana Lima');
  const select = 'select avatar_url from users where id = $1';
  expect(await here.database.query(select, [ana.userId])).toEqual([
    { avatar_url: 'https://a/p.png' },
  ]);
});

test('who is blocked can neither write nor begin, in both directions, until it is lifted', async () => {
  const [ana, bob, cleo] = [here.user('ana'), there.user('bob'), there.user('cleo')];
  const { id: conversationId } = await ana.direct(bob);
  const said = await ana.say(conversationId, 'before');
  const about = { conversationId, messageId: said.id };
  const group = await ana.group([bob]);
  const block = { blockedId: bob.userId };
  await tell(
    eventOf('user.blocked', ana.userId, block),
    eventOf('user.blocked', cleo.userId, block),
  );
  await until('the blocks', async () => (await counted('user.blocked', 'applied')) === 2);
  await expect(ana.say(conversationId, 'one way')).rejects.toMatchObject({ code: 'blocked' });
  await expect(bob.say(conversationId, 'the other')).rejects.toMatchObject({ code: 'blocked' });
  await expect(ana.call('message.edit', { ...about, text: 'again' })).rejects.toMatchObject({
    code: 'blocked',
  });
  await expect(bob.call('message.react', { ...about, emoji: '👍' })).rejects.toMatchObject({
    code: 'blocked',
  });
  await expect(cleo.direct(bob)).rejects.toMatchObject({ code: 'blocked' });
  await expect(bob.direct(cleo)).rejects.toMatchObject({ code: 'blocked' });
  expect((await ana.direct(bob)).id).toBe(conversationId);
  await bob.say(group.id, 'a group that was there before is another matter');
  await expect(ana.group([bob])).rejects.toMatchObject({ code: 'blocked' });

  await tell(eventOf('user.unblocked', ana.userId, block));
  await until('it is lifted', async () => (await counted('user.unblocked', 'applied')) === 1);
  await bob.say(conversationId, 'friends again');
  await expect(cleo.direct(bob)).rejects.toMatchObject({ code: 'blocked' });
});

test('a revoked session ends on every node, and only newer tokens come in again', async () => {
  const issuedAt = (seconds: number) => ({
    claims: { iat: Math.floor(Date.now() / 1_000) + seconds },
  });
  const ana = here.user('ana', issuedAt(-60));
  const elsewhere = there.user('ana', { subject: ana.userId, ...issuedAt(-60) });
  const bob = there.user('bob');
  const sockets = [await ana.socket(), await elsewhere.socket()];
  const unconcerned = await bob.socket();
  await tell(eventOf('session.revoked', ana.userId));
  for (const socket of sockets) expect(await socket.closed).toMatchObject({ code: 4102 });
  for (const user of [ana, elsewhere]) {
    expect((await user.http('conversation.list')).status).toBe(401);
    expect((await user.open().closed).code).toBe(4501);
  }
  const again = here.user('ana', { subject: ana.userId, ...issuedAt(5) });
  expect((await again.http('conversation.list')).status).toBe(200);
  expect((await bob.http('conversation.list')).status).toBe(200);
  expect(unconcerned.webSocket.readyState).toBe(WebSocket.OPEN);
});

test('one token is revoked by its id, and stays so on a node that starts later', async () => {
  const ana = here.user('ana', { claims: { jti: 'stolen' } });
  const other = here.user('ana', { subject: ana.userId, claims: { jti: 'kept' } });
  const [stolen, kept] = [await ana.socket(), await other.socket()];
  await tell(eventOf('session.revoked', ana.userId, { tokenId: 'stolen' }));
  expect((await stolen.closed).code).toBe(4102);
  expect((await other.http('conversation.list')).status).toBe(200);
  expect(kept.webSocket.readyState).toBe(WebSocket.OPEN);
  const { database, keys } = here;
  await using later = await startNova({ database, keys });
  const there = later.user('ana', { subject: ana.userId, claims: { jti: 'stolen' } });
  expect((await there.http('conversation.list')).status).toBe(401);
});

test('a deleted user is out of every conversation, and what was said stays', async () => {
  const [ana, bob, cleo] = [here.user('ana'), there.user('bob'), there.user('cleo')];
  const group = await ana.group([bob, cleo], 'Left behind');
  const direct = await ana.direct(bob);
  await ana.say(group.id, 'I was here');
  await ana.say(direct.id, 'and here');
  const [mine, theirs] = [await ana.socket(), await bob.socket()];
  await tell(eventOf('user.deleted', ana.userId));
  expect((await mine.closed).code).toBe(4102);
  const gone = await theirs.expect('member.removed', ({ data }) => data.userId === ana.userId);
  expect(gone.data).toMatchObject({ removedBy: ana.userId });
  await until('the whole event', async () => (await counted('user.deleted', 'applied')) === 1);
  expect((await ana.http('conversation.list')).status).toBe(401);

  const { members } = await bob.call('member.list', { conversationId: group.id });
  expect(members.map(({ userId }) => userId)).not.toContain(ana.userId);
  expect(members.filter(({ role }) => role === 'owner')).toHaveLength(1);
  const { messages } = await bob.call('message.list', { conversationId: group.id });
  expect(messages).toMatchObject([{ senderId: ana.userId, text: 'I was here' }]);
  const rows = await here.database.query<{ name: string | null }>(
    'select name, deleted_at is not null as deleted from users where id = $1',
    [ana.userId],
  );
  expect(rows).toEqual([{ name: null, deleted: true }]);
  const left = await here.database.query('select from members where user_id = $1', [ana.userId]);
  expect(left).toEqual([]);
});

test('an event that comes twice is processed once; types of others are passed over', async () => {
  const [ana, bob] = [here.user('ana'), here.user('bob')];
  const block = eventOf('user.blocked', ana.userId, { blockedId: bob.userId });
  const lift = eventOf('user.unblocked', ana.userId, { blockedId: bob.userId, at: block.at });
  await tell(block, lift, block, eventOf('user.invited', ana.userId));
  await until('the repetition', async () => (await counted('user.blocked', 'repeated')) === 1);
  await until('the other type', async () => (await counted('unknown', 'ignored')) === 1);
  await ana.direct(bob);
});

test('what nobody can process is put aside with the reason, and stops nobody', async () => {
  await using letters = await watchTopic(brokers, `${topic}.dlq`);
  const [ana, bob] = [here.user('ana'), here.user('bob')];
  const good = eventOf('user.blocked', ana.userId, { blockedId: bob.userId });
  const bad = [
    'not json',
    JSON.stringify(eventOf('user.blocked', 'nobody', { blockedId: bob.userId })),
    JSON.stringify(eventOf('user.blocked', ana.userId, { blockedId: ana.userId })),
    JSON.stringify(eventOf('session.revoked', ana.userId, { at: '2026-99-99T00:00:00Z' })),
    JSON.stringify(eventOf('user.profileUpdated', ana.userId, { name: 7 })),
  ];
  const before = await counted('user.blocked', 'applied');
  const values = [...bad, JSON.stringify(good)];
  await produce(
    brokers,
    topic,
    values.map((value) => ({ key: ana.userId, value })),
  );
  await until('the good one', async () => (await counted('user.blocked', 'applied')) > before);
  // A group that settles anew may give a record twice: it is then put aside twice.
  const put = () => [...new Set(letters.records.map(({ value }) => value))].toSorted();
  await expect.poll(put, { timeout: 20_000 }).toEqual(bad.toSorted());
  const told = letters.records.find(({ value }) => value === 'not json');
  expect(told).toMatchObject({
    key: ana.userId,
    headers: { reason: 'the value is not JSON in UTF-8', topic },
  });
});
