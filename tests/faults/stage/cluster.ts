/** Several nodes behind a balancer, on a database, a Redis and a Kafka of their own. */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { createTopic, startKafka, startRedis, watchTopic } from '@nova/dev-env';
import { superviseEmbeddedPostgres } from '@nova/embedded-postgres';
import { createRandom } from '../random.ts';
import { eventOf } from '../topic.ts';
import { until } from '../until.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { type Broken, createStrikes } from './cluster-strikes.ts';
import { findPort } from './find-port.ts';
import { Link } from './link.ts';
import { createServiceNode } from './service-node.ts';
import type { Stage, StageOptions } from './stage.ts';

/** Clients are cut, stalled and slowed in shares. */
const shares = 3;
/** Each takes two files, twice so many while it changes nodes; small machines allow a process 20,000. */
const clientsOfBalancer = 5_000;
const drainSeconds = 5;
const heartbeatSeconds = 5;
/** HAProxy itself and its probes. */
const trusted = '127.0.0.1';

export async function openCluster(
  { directory, publicKeyPem, clients, direct, onOddity }: StageOptions,
  count: number,
): Promise<Stage> {
  const random = createRandom(process.pid);
  const port = (): Promise<number> => findPort(random);
  const closers: (() => Promise<unknown>)[] = [];
  const destroy = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const postgres = await superviseEmbeddedPostgres(
      {
        dataDir: path.join(directory, 'postgres'),
        settings: { max_connections: '200' },
        listen: await port(),
      },
      { onRestartFailed: (error) => onOddity(`the database did not come back: ${error}`) },
    );
    closers.push(() => postgres.stop());
    const redis = await startRedis();
    closers.push(() => redis.close());
    const kafka = await startKafka();
    closers.push(async () => kafka[Symbol.asyncDispose]());
    const events = `events.${randomUUID()}`;
    const userEvents = `users.${randomUUID()}`;
    await createTopic(kafka.brokers, events);
    await createTopic(kafka.brokers, userEvents);

    const openLink = async (targetPort: number, keepAddress = false) => {
      const at = await port();
      const link = new Link({ port: at, targetPort, keepAddress });
      await link.start();
      closers.push(() => link.close());
      return { link, at };
    };
    const secretbox = randomBytes(32).toString('base64');
    const address = new URL(postgres.connectionString);
    const databasePort = Number(address.port);
    const openNode = async (_: unknown, index: number) => {
      const database = await openLink(databasePort);
      const bus = await openLink(redis.port);
      const nodePort = await port();
      address.port = String(database.at);
      const node = createServiceNode({
        port: nodePort,
        logFile: path.join(directory, `node${index}.log`),
        env: {
          DATABASE_URL: address.href,
          DATABASE_POOL_TIMEOUT: '5',
          REDIS_URL: `redis://127.0.0.1:${bus.at}`,
          KAFKA_BROKERS: kafka.brokers,
          KAFKA_EVENTS_TOPIC: events,
          KAFKA_USER_EVENTS_TOPIC: userEvents,
          KAFKA_REQUEST_TIMEOUT_MS: '2000',
          JWT_PUBLIC_KEY_PEM: publicKeyPem,
          SECRETBOX_KEY_B64: secretbox,
          MIGRATE_ON_START: 'true',
          TRUSTED_PROXIES: trusted,
          WS_HEARTBEAT_INTERVAL: String(heartbeatSeconds),
          DRAIN_SECONDS: String(drainSeconds),
        },
        onUnexpectedExit: (reason) => onOddity(`node ${index} ended by itself: ${reason}`),
      });
      closers.push(() => node.kill());
      return { node, port: nodePort, database: database.link, redis: bus.link };
    };
    // One after the other: each takes ports that the next must find taken.
    const nodes: Awaited<ReturnType<typeof openNode>>[] = [];
    for (let index = 0; index < count; index++) nodes.push(await openNode(undefined, index));
    const nodePorts = nodes.map((one) => one.port);
    const balancers: Balancer[] = [];
    while (balancers.length * clientsOfBalancer < clients) {
      const balancer = await startBalancer({
        ...{ directory, port: await port(), nodePorts },
        onUnexpectedExit: (reason) => onOddity(`a balancer ended by itself: ${reason}`),
      });
      closers.push(() => balancer.end());
      balancers.push(balancer);
    }
    const [first] = balancers;
    if (first === undefined) throw new Error('a cluster without clients needs no balancer');
    const doors: Awaited<ReturnType<typeof openLink>>[] = [];
    for (let share = 0; share < shares; share++) doors.push(await openLink(first.port, true));

    const broken: Broken = {
      ...{ nodes, postgres, redis, kafka, onOddity },
      doors: doors.map(({ link }) => link),
    };
    const strikes = createStrikes(broken);
    return {
      url: first.url,
      nodes: count,
      kinds: Object.keys(strikes) as (keyof typeof strikes)[],
      async start() {
        for (const { node } of nodes) node.start();
      },
      entrance: (client) => ({
        url: direct
          ? (balancers[client % balancers.length] ?? first).url
          : `http://127.0.0.1:${doors[client % shares]?.at}`,
        // 127.1.0.1 and on: every client is somebody else to the balancer.
        localAddress: `127.1.${Math.floor(client / 250)}.${1 + (client % 250)}`,
      }),
      connectionString: () => postgres.connectionString,
      databasePid: () => postgres.pid,
      async recovered(timeoutMs) {
        await until('every node on everything it depends on', timeoutMs, async () => {
          const states = await Promise.all(nodes.map(({ node }) => node.status()));
          if (states.some((state) => state !== 'ok')) return undefined;
          const answer = await fetch(`${first.url}/health`).catch(() => undefined);
          return answer?.ok ? true : undefined;
        });
      },
      strike: (fault) => strikes[fault.kind](fault),
      async published(expected, timeoutMs) {
        await using watch = await watchTopic(kafka.brokers, events);
        await until('the log in the topic', timeoutMs, () => {
          const { size } = new Set(watch.records.map(({ headers }) => headers.id));
          return size >= expected ? true : undefined;
        }).catch(() => undefined);
        return watch.records.map(eventOf);
      },
      async stop() {
        const codes = await Promise.all(nodes.map(({ node }) => node.stop()));
        return codes.flatMap((code, index) =>
          code === 0 ? [] : [`node ${index} stopped with ${code}`],
        );
      },
      destroy,
      complaints: () =>
        nodes.flatMap(({ node }, index) =>
          node.complaints().map((line) => `node ${index}: ${line}`),
        ),
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}
