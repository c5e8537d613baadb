import { startNova } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

const perSecond = 20;
const burst = 20;
const spellMs = 4_000;

/**
 * Messages accepted while somebody sends to all nodes in turn as fast as they can, as a share of
 * what one bucket grants in that time.
 */
async function share(nodes: 1 | 2): Promise<number> {
  const config = {
    RATE_LIMIT_SENDS_PER_SECOND: String(perSecond),
    RATE_LIMIT_SENDS_BURST: String(burst),
  };
  await using env = await startNova({ nodes, config });
  if (nodes > 1) await redisSeen(env.nodes, true);
  const ana = env.user('ana');
  const { id } = await ana.direct(env.user('bob'));
  const doors = env.nodes.map((node) => node.as(ana));
  let accepted = 0;
  const began = performance.now();
  while (performance.now() < began + spellMs) {
    const answers = await Promise.allSettled(doors.map((door) => door.say(id, 'again')));
    accepted += answers.filter(({ status }) => status === 'fulfilled').length;
  }
  return accepted / (burst + (perSecond * (performance.now() - began)) / 1_000);
}

test('what a user may send holds for all nodes together', async () => {
  expect(await share(1)).toBeLessThanOrEqual(1);
  // Each for itself they would grant twice as much.
  expect(await share(2)).toBeLessThan(1.5);
});
