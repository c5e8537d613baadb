import { createNovaClient } from '@nova/client';
import { type RunningNode, startNova, type TestUser, until } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { redisSeen } from './scene.ts';

const clientOf = (node: RunningNode, user: TestUser) =>
  createNovaClient({ url: node.origin, token: user.token });

test('the SDK follows presence across nodes', async () => {
  await using env = await startNova({ nodes: 2 });
  await redisSeen(env.nodes, true);
  const [one, two] = env.nodes;
  const [ana, bob] = [one.user('ana'), two.user('bob')];
  await ana.direct(bob);
  const anas = clientOf(one, ana);
  const bobs = clientOf(two, bob);
  try {
    anas.start();
    await anas.ready();
    anas.presence.watch([bob.userId]);
    await until('bob to be offline', () => anas.presence.get(bob.userId)?.state === 'offline');
    bobs.start();
    await until('bob to be online', () => anas.presence.get(bob.userId)?.state === 'online');
    bobs.close();
    await until('bob to be gone', () => anas.presence.get(bob.userId)?.state === 'offline');
    expect(anas.presence.get(bob.userId)?.lastSeenAt).toBeDefined();
  } finally {
    anas.close();
    bobs.close();
  }
});
