/** A Redis Cluster that changes under the nodes. */

import {
  type NovaEnv,
  range,
  startNova,
  startRedisCluster,
  type TestSocket,
  until,
} from '@nova/dev-env';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

/** Those of `delivery/redis-bus.ts`; each node speaks on one of them. */
const channels = Array.from({ length: 16 }, (_, index) => `nova:bus:${index}`);
const config = { REDIS_POOL_TIMEOUT: '2' };

/** One person on each node, in one conversation, of whom all talk until told to stop. */
async function openTalk({ nodes }: NovaEnv<3>) {
  const people = nodes.map((node, index) => node.user(`person ${index}`));
  const sockets = await Promise.all(people.map((person) => person.socket()));
  const [ana, ...others] = people;
  if (ana === undefined) throw new Error('nobody');
  const { id } = await ana.group(others);
  const over = new AbortController();
  const talks = people.map(async (person) => {
    let said = 0;
    for (; !over.signal.aborted; said++) await person.say(id, `${said}`);
    return said;
  });
  const heard = (): number => Math.min(...sockets.map((socket) => socket.positions(id).length));
  return {
    /** More messages have reached everybody. */
    async goesOn() {
      const before = heard();
      await until('more messages on every node', () => heard() > before + 20, 40_000);
    },
    /** Resolves, once all that was said was heard by all, with what each socket heard. */
    async end(): Promise<readonly (readonly number[])[]> {
      over.abort();
      const said = (await Promise.all(talks)).reduce((sum, one) => sum + one, 0);
      const complete = (socket: TestSocket) => socket.positions(id).length >= said;
      await until('everybody to have heard everything', () => sockets.every(complete), 40_000);
      const heard = sockets.map((socket) => socket.positions(id));
      for (const positions of heard) expect(positions).toEqual(range(1, said));
      return heard;
    },
  };
}

/** Events cross by the bus and not by the tail, from every node to every other. */
async function busCarries({ nodes }: NovaEnv<3>): Promise<void> {
  await redisSeen(nodes, true);
  await until(
    'every node to hear every other again',
    async () => {
      const before = await Promise.all(nodes.map((node) => node.metric('tail_rows_total')));
      const people = nodes.map((node, index) => node.user(`late ${index}`));
      const sockets = await Promise.all(people.map((person) => person.socket()));
      const [ana, ...others] = people;
      const { id } = (await ana?.group(others)) ?? { id: '' };
      for (const person of people) await person.say(id, 'heard?');
      for (const socket of sockets) {
        await socket.expect('message.created', ({ data }) => data.seq === people.length);
        await socket.close();
      }
      const after = await Promise.all(nodes.map((node) => node.metric('tail_rows_total')));
      return before.every((rows, index) => rows === after[index]);
    },
    60_000,
  );
}

test('primaries are killed while people talk: nothing is lost, and the bus carries again', async () => {
  await using cluster = await startRedisCluster({ replicas: true });
  await using env = await startNova({ nodes: 3, config: { REDIS_URL: cluster.url, ...config } });
  await redisSeen(env.nodes, true);
  const talk = await openTalk(env);
  await talk.goesOn();
  // Each node speaks on one channel of its own choice: with all three each of them is hit.
  for (const primary of cluster.nodes.keys()) {
    await cluster.failOver(primary);
    await talk.goesOn();
  }
  await talk.end();
  await busCarries(env);
}, 300_000);

test('slots of the bus move while people talk: nothing is lost, and the bus is found again', async () => {
  await using cluster = await startRedisCluster();
  await using env = await startNova({ nodes: 3, config: { REDIS_URL: cluster.url, ...config } });
  await redisSeen(env.nodes, true);
  const talk = await openTalk(env);
  await talk.goesOn();
  for (const channel of channels) await cluster.move(channel);
  await talk.goesOn();
  await talk.end();
  await busCarries(env);
}, 120_000);
