import {
  createTestDatabase,
  type NovaProcess,
  openKeys,
  sharedKafka,
  startNovaProcess,
  until,
  watchTopic,
} from '@nova/dev-env';
import { expect, test, vi } from 'vitest';
import { ownTopics, positionsOf, published, upTo } from './published.ts';

// Brokers and processes start in their own time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const takeOverMs = 5_000;
const passRows = 1_000;

const isActive = async (node: NovaProcess): Promise<boolean> =>
  (await node.metric('kafka_relay_active')) === 1;

/** Two processes on one database, the one that relays first. */
async function openPair() {
  const brokers = await sharedKafka();
  const { events, config } = await ownTopics(brokers);
  const shared = {
    database: await createTestDatabase(),
    keys: openKeys(),
    // One person talks as fast as answers come.
    config: {
      ...config,
      RATE_LIMIT_SENDS_PER_SECOND: '100000',
      RATE_LIMIT_SENDS_BURST: '100000',
    },
  };
  const nodes = await Promise.all([startNovaProcess(shared), startNovaProcess(shared)]);
  const [one, other] = nodes;
  const active = await until('a node relays', async () =>
    (await isActive(one)) ? one : (await isActive(other)) ? other : undefined,
  );
  const standby = active === one ? other : one;
  const watch = await watchTopic(brokers, events);
  return {
    ...{ active, standby, watch, database: shared.database },
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node[Symbol.asyncDispose]();
      await watch[Symbol.asyncDispose]();
    },
  };
}

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'a relay that ends by %s is followed within five seconds, and nothing is missing',
  async (signal) => {
    await using pair = await openPair();
    const { active, standby, watch } = pair;
    const [ana, bob] = [standby.user('ana'), standby.user('bob')];
    const { id } = await ana.direct(bob);
    let said = 0;
    let going = true;
    const talk = (async () => {
      while (going) {
        await ana.say(id, `number ${said + 1}`);
        said++;
      }
    })();
    await until('it is relayed', () => positionsOf(watch, id).length > 20);

    active.signal(signal);
    const saidBefore = said;
    const stoppedAt = Date.now();
    await until('what was said afterwards is relayed', () => {
      return positionsOf(watch, id).length > saidBefore + 50;
    });
    expect(Date.now() - stoppedAt).toBeLessThan(takeOverMs);
    expect(await isActive(standby)).toBe(true);
    active.signal('SIGCONT');
    if (signal === 'SIGSTOP') {
      await until('the old relay has noticed', async () => !(await isActive(active)));
    }
    await until('some more is said', () => said > saidBefore + 200);
    going = false;
    await talk;
    await expect.poll(() => positionsOf(watch, id), { timeout: 20_000 }).toEqual(upTo(said));
    expect(await isActive(standby)).toBe(true);
    const [state] = await pair.database.query<{ fence: number }>('select fence from relay_state');
    expect(Number(state?.fence)).toBe(2);
    expect(published(watch).length - said - 1).toBeLessThanOrEqual(passRows);
  },
);

test('a node that drains hands over before its sockets are gone', async () => {
  await using pair = await openPair();
  const { active, standby, watch } = pair;
  const [ana, bob] = [standby.user('ana'), standby.user('bob')];
  const { id } = await ana.direct(bob);
  await ana.say(id, 'before');
  await until('it is relayed', () => positionsOf(watch, id).length === 2);
  active.signal('SIGTERM');
  await until('the other relays', () => isActive(standby), 3_000);
  expect(await active.exited).toBe(0);
  await ana.say(id, 'after');
  await expect.poll(() => positionsOf(watch, id), { timeout: 20_000 }).toEqual(upTo(2));
});
