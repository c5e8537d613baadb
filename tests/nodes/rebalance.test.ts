import { type NovaEnv, range, startNova, until } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

async function fill({ nodes }: NovaEnv<2>, count: number) {
  const users = range(1, count).map((n) => nodes[0].user(`user ${n}`));
  return await Promise.all(users.map(async (user) => ({ user, socket: await user.socket() })));
}

/** What the nodes have told each other, sorted. */
async function counts({ redis }: NovaEnv<2>): Promise<readonly number[]> {
  const key = await redis.command('--raw', 'keys', 'nova:*:sockets');
  if (key === '') return [];
  const told = await redis.command('--raw', 'hvals', key);
  return told
    .split('\n')
    .map(Number)
    .toSorted((one, other) => one - other);
}

test('REBALANCE_SOCKETS_PER_SECOND: a full node asks some to go, a few at a time', async () => {
  const config = { REBALANCE_SOCKETS_PER_SECOND: '4' };
  await using env = await startNova({ nodes: 2, config });
  await redisSeen(env.nodes, true);
  const [full, empty] = env.nodes;
  const staying = new Set(await fill(env, 60));
  const asked = () => full.metric('sockets_asked_to_move_total');
  const goOn = async () => {
    for (const one of staying) {
      const told = one.socket.events.some(({ event }) => event === 'session.draining');
      if (!told) continue;
      staying.delete(one);
      // It works until there is another one.
      await one.socket.request('conversation.list', {});
      await empty.as(one.user).socket();
      await one.socket.close();
    }
  };
  // 40 here and 20 there: ten above the average are no more than a handful.
  const even = async () => {
    await goOn();
    if (staying.size > 40) return false;
    return Math.max(...(await counts(env))) <= 40 && (await counts(env)).length === 2;
  };
  await until('they are spread', even, 40_000);
  const moved = await asked();
  expect(moved).toBeGreaterThanOrEqual(20);
  expect(moved).toBeLessThanOrEqual(30);
  expect(await empty.metric('sockets_asked_to_move_total')).toBe(0);

  await full.close();
  await until('its count is gone', async () => (await counts(env)).length === 1);
});

test('nobody is asked in the middle of a call', async () => {
  const config = { REBALANCE_SOCKETS_PER_SECOND: '1000' };
  await using env = await startNova({ nodes: 2, config });
  await redisSeen(env.nodes, true);
  const callers = await fill(env, 16);
  const talk = async (pair: number) => {
    const [ana, bob] = callers.slice(2 * pair, 2 * pair + 2);
    if (ana === undefined || bob === undefined) throw new Error('nobody to call');
    const { id: conversationId } = await ana.user.direct(bob.user);
    const call = { conversationId, kind: 'audio' } as const;
    const { id: callId } = await ana.socket.request('call.start', call);
    await bob.socket.expect('call.ringing');
    await bob.socket.request('call.accept', { callId });
  };
  await Promise.all(range(0, 7).map(talk));
  const others = await fill(env, 8);
  const told = ({ socket }: (typeof others)[number]) => socket.all('session.draining').length > 0;
  // Twelve are above the average: more than those who may be asked.
  await until('all others to be asked', () => others.every(told), 40_000);
  expect(callers.filter(told)).toEqual([]);
});

test('by default everybody stays where they are, and no counts are told', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  await fill(env, 30);
  expect(await counts(env)).toEqual([]);
});
