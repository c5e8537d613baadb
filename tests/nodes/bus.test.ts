import { startNova, startRedisCluster } from '@nova/dev-env';
import { uuidv7 } from 'uuidv7';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

test('a message crosses nodes over Redis, both ways and in order', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [one, two] = env.nodes;
  const [ana, bob] = [one.user('ana'), two.user('bob')];
  const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
  const { id: conversationId } = await ana.direct(bob);
  await bobs.expect('conversation.created');
  for (let round = 1; round <= 20; round++) {
    const socket = round % 2 === 0 ? anas : bobs;
    const text = `round ${round}`;
    await socket.request('message.send', { conversationId, id: uuidv7(), text });
  }
  for (const socket of [anas, bobs]) {
    await socket.expect('message.created', ({ data }) => data.seq === 20);
    expect(socket.positions(conversationId)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  }
  expect(await one.metric('bus_messages_total', '{direction="heard"}')).toBeGreaterThan(0);
  // A pause of this machine may hurry the tail ahead of the bus, now and then.
  expect(await one.metric('tail_rows_total')).toBeLessThan(10);
  const { body } = await one.health();
  expect(body).toMatchObject({ status: 'ok', dependencies: { redis: { up: true } } });
});

test('typing and markers cross nodes', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [ana, bob] = [env.nodes[0].user('ana'), env.nodes[1].user('bob')];
  const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
  const { id: conversationId } = await ana.direct(bob);
  const { seq } = await ana.say(conversationId, 'hello');
  await bobs.expect('message.created');
  await bobs.request('receipt.read', { conversationId, seq });
  await anas.expect('receipt.updated', ({ data }) => data.lastReadSeq === seq);
  await anas.request('typing.start', { conversationId });
  await bobs.expect('typing.started', ({ data }) => data.userId === ana.userId);
});

test('a group too large to name its members is heard on every node', async () => {
  await using env = await startNova({ nodes: 3 });
  await redisSeen(env.nodes, true);
  const people = env.nodes.map((node, index) => node.user(`person ${index}`));
  const sockets = await Promise.all(people.map((person) => person.socket()));
  const [ana] = people;
  if (ana === undefined) throw new Error('nobody');
  const strangers = Array.from({ length: 80 }, () => crypto.randomUUID());
  const { id } = await ana.group([...people.slice(1), ...strangers]);
  const sent = await ana.say(id, 'to all');
  for (const socket of sockets) {
    await socket.expect('message.created', ({ data }) => data.id === sent.id);
  }
});

test('the bus runs on a Redis Cluster, sharded', async () => {
  await using cluster = await startRedisCluster();
  await using env = await startNova({ nodes: 3, config: { REDIS_URL: cluster.url } });
  await redisSeen(env.nodes, true);
  const people = env.nodes.map((node, index) => node.user(`person ${index}`));
  const sockets = await Promise.all(people.map((person) => person.socket()));
  const [ana, ...others] = people;
  if (ana === undefined) throw new Error('nobody');
  const { id } = await ana.group(others);
  for (const person of people) await person.say(id, `from ${person.name}`);
  for (const socket of sockets) {
    await socket.expect('message.created', ({ data }) => data.seq === people.length);
  }
  for (const node of env.nodes) {
    expect(await node.metric('bus_messages_total', '{direction="heard"}')).toBeGreaterThan(0);
  }
});
