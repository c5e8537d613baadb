// A rollout as users meet it: three nodes behind HAProxy, drained one after the other while two
// people talk. A node that is gone is replaced by another one before the next goes.
import { createNovaClient } from '@nova/client';
import {
  createTestDatabase,
  freePort,
  openKeys,
  range,
  startNova,
  startRedis,
  until,
} from '@nova/dev-env';
import { expect, test } from 'vitest';
import { startBalancer } from './haproxy.ts';

test('three nodes restart behind HAProxy: nothing is lost, nobody waits', async () => {
  await using redis = await startRedis();
  const database = await createTestDatabase();
  const keys = openKeys();
  const ports = [await freePort(), await freePort(), await freePort()];
  const boot = (port: number) =>
    startNova({
      database,
      keys,
      config: {
        PORT: String(port),
        REDIS_URL: redis.url,
        TRUSTED_PROXIES: 'loopback',
        DRAIN_SECONDS: '30',
        RATE_LIMIT_SENDS_BURST: '100000',
      },
    });
  const running = new Map<number, Awaited<ReturnType<typeof boot>>>();
  for (const port of ports) running.set(port, await boot(port));
  await using balancer = await startBalancer(ports);
  const [first] = running.values();
  if (first === undefined) throw new Error('no node');
  const [ana, bob] = [first.user('ana'), first.user('bob')];
  const { id } = await ana.direct(bob);
  const clientOf = ({ userId, token }: typeof ana) =>
    createNovaClient({ url: balancer.origin, userId, token: async () => token });
  const [anas, bobs] = [clientOf(ana), clientOf(bob)];
  try {
    for (const client of [anas, bobs]) {
      client.start();
      await client.ready();
    }
    const said = await anas.conversations.load(id);
    const heard = await bobs.conversations.load(id);
    await heard.open();
    let offlineSince = 0;
    let longestGapMs = 0;
    const unwatch = bobs.connection.subscribe(() => {
      const { online } = bobs.connection.getSnapshot();
      if (!online) offlineSince ||= performance.now();
      else if (offlineSince > 0) {
        longestGapMs = Math.max(longestGapMs, performance.now() - offlineSince);
        offlineSince = 0;
      }
    });

    let sent = 0;
    const talking = setInterval(() => said.send(`${++sent}`), 20);
    for (const port of ports) {
      await running.get(port)?.close();
      running.set(port, await boot(port));
      const heardBefore = sent;
      await until('talk goes on', () => sent > heardBefore + 20);
    }
    clearInterval(talking);

    const texts = () => heard.getSnapshot().messages.map(({ text }) => text);
    await until('all that was said', () => texts().at(-1) === `${sent}`, 20_000);
    expect(texts()).toEqual(range(sent - texts().length + 1, sent).map(String));
    const [stored] = await database.query<{ count: string }>('select count(*) from messages');
    expect(Number(stored?.count)).toBe(sent);
    unwatch();
    // Catching up on the next node at most; without the drain it would be a back-off.
    expect(longestGapMs).toBeLessThan(2_000);
  } finally {
    anas.close();
    bobs.close();
    for (const node of running.values()) await node[Symbol.asyncDispose]();
  }
}, 120_000);
