import { expect, test } from 'vitest';
import { startNova } from '../e2e/nova.ts';
import { redisSeen } from './scene.ts';

const perSecond = 20;
const burst = 20;
const spellMs = 3_000;

/** Messages accepted while somebody sends to all nodes in turn as fast as they can. */
async function accepted(nodes: 1 | 2, redisAway = false): Promise<number> {
  const config = {
    RATE_LIMIT_SENDS_PER_SECOND: String(perSecond),
    RATE_LIMIT_SENDS_BURST: String(burst),
  };
  await using env = await startNova({ nodes, config });
  if (nodes > 1) await redisSeen(env.nodes, true);
  const ana = env.user('ana');
  const { id } = await ana.direct(env.user('bob'));
  if (redisAway) {
    await env.redis.kill();
    await redisSeen(env.nodes, false);
  }
  const doors = env.nodes.map((node) => node.as(ana));
  let count = 0;
  const until = performance.now() + spellMs;
  while (performance.now() < until) {
    const answers = await Promise.allSettled(doors.map((door) => door.say(id, 'again')));
    count += answers.filter(({ status }) => status === 'fulfilled').length;
  }
  return count;
}

test('what a user may send holds for all nodes together', async () => {
  const allowed = burst + (perSecond * spellMs) / 1_000;
  const [alone, together, apart] = [await accepted(1), await accepted(2), await accepted(2, true)];
  expect(alone).toBeLessThanOrEqual(allowed + perSecond);
  expect(together).toBeLessThan(allowed * 1.5);
  // Without Redis each node grants for itself.
  expect(apart).toBeGreaterThan(together);
});
