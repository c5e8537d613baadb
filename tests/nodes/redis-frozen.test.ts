/** A Redis that holds its connections and answers nothing: SIGSTOP, a machine that swaps. */

import { range, startNova, type TestUser } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { crossings, quantile, redisSeen } from './scene.ts';

const count = 40;
/** What is promised: of a message while Redis is away, of the moment in which it goes away. */
const promised = { crossingMs: 400, gapMs: 1_000 };
/** On a machine so busy that crossing with Redis takes long, more is allowed without. */
const timesUsual = 10;
/** A busy machine may spoil a round; a service that is too slow spoils all of them. */
const maxRounds = 3;
/** Far below REDIS_POOL_TIMEOUT, after which a command would fail by itself. */
const answeredWithinMs = 3_000;

test('from the first moment messages cross three nodes without it, and none is late', async ({
  annotate,
}) => {
  await using env = await startNova({ nodes: 3 });
  const [one, two, three] = env.nodes;
  const [ana, bob, cleo] = [one.user('ana'), two.user('bob'), three.user('cleo')];
  const listeners = await Promise.all([bob.socket(), cleo.socket()]);
  const { id } = await ana.group([bob, cleo]);
  const both = async (): Promise<readonly number[]> => {
    const [bobs, cleos] = listeners;
    const heard = await Promise.all([
      crossings(count, ana, bobs, id),
      crossings(count, ana, cleos, id),
    ]);
    return heard.flat();
  };
  await redisSeen(env.nodes, true);
  const usualMs = quantile(await both(), 0.99);
  let rounds = 1;
  const figures = { gapMs: 0, crossingMs: 0 };
  const kept = (name: keyof typeof figures): boolean =>
    figures[name] < Math.max(promised[name], timesUsual * usualMs);
  do {
    env.redis.pause();
    figures.gapMs = Math.max(...(await both()));
    await redisSeen(env.nodes, false);
    figures.crossingMs = quantile(await both(), 0.99);
    env.redis.resume();
    figures.gapMs = Math.max(figures.gapMs, ...(await both()));
    await redisSeen(env.nodes, true);
  } while (!(kept('gapMs') && kept('crossingMs')) && ++rounds <= maxRounds);
  const shown = { usualMs, ...figures };
  const words = `p99 ${whole(shown.crossingMs)} ms while Redis is frozen, ${whole(usualMs)} ms over it`;
  await annotate(`${words}; longest ${whole(shown.gapMs)} ms`);
  expect.soft(kept('crossingMs'), words).toBe(true);
  expect.soft(kept('gapMs'), JSON.stringify(shown)).toBe(true);
  const sent = 2 * count * (1 + 3 * Math.min(rounds, maxRounds));
  for (const socket of listeners) {
    await socket.expect('message.created', ({ data }) => data.seq === sent);
    expect(socket.positions(id)).toEqual(range(1, sent));
  }
}, 120_000);

test('nothing that a client or an operator asks for waits for it', async () => {
  await using env = await startNova({ nodes: 2 });
  const [one, two] = env.nodes;
  const [ana, bob] = [one.user('ana'), two.user('bob')];
  const [anas] = await Promise.all([ana.socket(), bob.socket()]);
  const { id: conversationId } = await ana.direct(bob);
  const subscribe = () => anas.request('presence.subscribe', { userIds: [bob.userId] });
  await redisSeen(env.nodes, true);
  env.redis.pause();
  // At once, so that commands are on their way to a Redis of which nobody knows yet.
  const asked = performance.now();
  const [{ detail }] = await Promise.all([
    subscribe(),
    bob.say(conversationId, 'hello'),
    comeAndGo(two.as(ana)),
    anas.expect('message.created'),
  ]);
  expect(performance.now() - asked).toBeLessThan(answeredWithinMs);
  expect(['exact', 'recently']).toContain(detail);
  await redisSeen(env.nodes, false);
  expect(await subscribe()).toMatchObject({ detail: 'recently' });

  env.redis.resume();
  await redisSeen(env.nodes, true);
  env.redis.pause();
  const told = performance.now();
  await two.close();
  expect(performance.now() - told).toBeLessThan(answeredWithinMs);
});

const whole = (value: number): string => value.toFixed(0);

async function comeAndGo(user: TestUser): Promise<void> {
  const socket = await user.socket({ deviceId: crypto.randomUUID() });
  await socket.close();
}
