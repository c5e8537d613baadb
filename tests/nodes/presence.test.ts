import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  type RunningNode,
  startNova,
  startNovaProcess,
  startRedis,
  type TestSocket,
  type TestUser,
  until,
} from '@nova/dev-env';
import { describe, expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

const subscribe = (socket: TestSocket, ...users: readonly TestUser[]) =>
  socket.request('presence.subscribe', { userIds: users.map(({ userId }) => userId) });

/** The newest that a socket was told of a user. */
const told = (socket: TestSocket, { userId }: TestUser) =>
  socket
    .all('presence.changed')
    .flatMap(({ data }) => data.users)
    .findLast((user) => user.userId === userId);

const comesTo = (socket: TestSocket, user: TestUser, state: string, timeoutMs?: number) =>
  until(`${user.name} to be ${state}`, () => told(socket, user)?.state === state, timeoutMs);

describe.each([1, 2] as const)('on %i nodes', (nodes) => {
  const last = ({ nodes }: { readonly nodes: readonly RunningNode[] }): RunningNode => {
    const node = nodes.at(-1);
    if (node === undefined) throw new Error('no node');
    return node;
  };

  test('who is followed comes and goes, once for all devices', async () => {
    await using env = await startNova({ nodes });
    if (nodes > 1) await redisSeen(env.nodes, true);
    const [ana, bob] = [env.user('ana'), last(env).user('bob')];
    await ana.direct(bob);
    const anas = await ana.socket();
    expect(await subscribe(anas, bob)).toEqual({
      detail: 'exact',
      users: [{ userId: bob.userId, state: 'offline' }],
    });

    const phone = await bob.socket();
    await comesTo(anas, bob, 'online');
    const laptop = await env.nodes[0].as(bob).socket();
    await phone.close();
    await laptop.request('conversation.list', {});
    await laptop.close();
    await comesTo(anas, bob, 'offline');
    expect(anas.all('presence.changed')).toHaveLength(2);
    const { lastSeenAt } = told(anas, bob) ?? {};
    expect(Date.now() - Date.parse(lastSeenAt ?? '')).toBeLessThan(60_000);

    await until('it to be stored', async () => {
      const { users } = await env.user('x', { subject: ana.userId }).call('presence.subscribe', {
        userIds: [bob.userId],
      });
      return users[0]?.lastSeenAt === lastSeenAt;
    });
  });
});

test('presence is for those who share a conversation, and ends with the last one', async () => {
  await using env = await startNova();
  const people = ['ana', 'bob', 'cleo', 'eve'].map((name) => env.user(name));
  const [ana, bob, cleo, eve] = people as [TestUser, TestUser, TestUser, TestUser];
  const group = await ana.group([bob, cleo]);
  const sockets = await Promise.all(people.map((person) => person.socket()));
  const [anas, bobs, cleos, eves] = sockets as [TestSocket, TestSocket, TestSocket, TestSocket];
  expect((await subscribe(eves, ana, bob, eve)).users).toEqual([
    { userId: eve.userId, state: 'online' },
  ]);
  const { users } = await subscribe(anas, bob, cleo, eve);
  expect(users.map(({ userId }) => userId).toSorted()).toEqual(
    [bob.userId, cleo.userId].toSorted(),
  );
  await ana.call('member.remove', { conversationId: group.id, userId: bob.userId });
  await until('ana to follow bob no more', async () => {
    return (await env.metric('presence_watched_users')) === 2;
  });
  await bobs.close();
  await cleos.close();
  await comesTo(anas, cleo, 'offline');
  expect(told(anas, bob)).toBeUndefined();
  expect(told(eves, bob)).toBeUndefined();
});

test('who comes back at once was never away', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [ana, bob, cleo] = [env.user('ana'), env.nodes[0].user('bob'), env.user('cleo')];
  await ana.group([bob, cleo]);
  const anas = await ana.socket();
  const first = await bob.socket();
  await subscribe(anas, bob, cleo);
  await first.close();
  await env.nodes[1].as(bob).socket();
  const cleos = await cleo.socket();
  await comesTo(anas, cleo, 'online');
  await cleos.close();
  await comesTo(anas, cleo, 'offline');
  expect(told(anas, bob)?.state ?? 'online').toBe('online');
  expect((await subscribe(anas, bob)).users).toEqual([{ userId: bob.userId, state: 'online' }]);
});

test('sockets of a killed node are gone when its lease ends', async () => {
  await using redis = await startRedis();
  const database = await createTestDatabase();
  const config = { REDIS_URL: redis.url };
  await using env = await startNova({ database, config });
  await using other = await startNovaProcess({ database, config, keys: env.keys });
  await redisSeen(env.nodes, true);
  const [ana, bob] = [env.user('ana'), other.user('bob')];
  await ana.direct(bob);
  const anas = await ana.socket();
  await bob.socket();
  await subscribe(anas, bob);
  await until('bob to be online', async () => {
    const { users } = await subscribe(anas, bob);
    return users[0]?.state === 'online';
  });
  other.signal('SIGKILL');
  await comesTo(anas, bob, 'offline', 20_000);
});

test('while Redis is away presence is told as far as it is known, and exactly again after', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [ana, bob] = [env.user('ana'), env.nodes[1].user('bob')];
  await ana.direct(bob);
  const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
  await subscribe(anas, bob);
  await env.redis.kill();
  await redisSeen(env.nodes, false);
  await anas.expect('presence.changed', ({ data }) => data.detail === 'recently');
  expect(await subscribe(anas, bob)).toEqual({
    detail: 'recently',
    users: [{ userId: bob.userId, state: 'recently' }],
  });
  await bobs.close();
  await env.redis.start();
  await anas.expect('presence.changed', ({ data }) => data.detail === 'exact');
  await until('the truth to be told', async () => {
    const { detail, users } = await subscribe(anas, bob);
    return detail === 'exact' && users[0]?.state === 'offline';
  });
});

test('a subscription has a bound, and replaces the one before', async () => {
  await using env = await startNova();
  const [ana, bob, cleo] = [env.user('ana'), env.user('bob'), env.user('cleo')];
  await ana.group([bob, cleo]);
  const anas = await ana.socket();
  const many = Array.from({ length: 201 }, () => randomUUID());
  const refused = await anas.refusal('presence.subscribe', { userIds: many });
  expect(refused.fields).toEqual(['userIds']);
  await subscribe(anas, bob);
  await subscribe(anas, cleo);
  await Promise.all([bob.socket(), cleo.socket()]);
  await comesTo(anas, cleo, 'online');
  expect(told(anas, bob)).toBeUndefined();
  expect(await subscribe(anas)).toEqual({ detail: 'exact', users: [] });
});
