// The image as Kubernetes runs it, against a real PostgreSQL, Redis and Kafka: see deploy/docker/Dockerfile.
import { randomUUID } from 'node:crypto';
import {
  freePort,
  openKeys,
  sendHttp,
  sharedKafka,
  signToken,
  startRedis,
  type TestRedis,
  TestUser,
  until,
  watchTopic,
} from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownTopics, published } from '../kafka/published.ts';
import { engine, tryEngine } from './engine.ts';
import { buildImage } from './nova-image.ts';
import { type PasswordDatabase, startPasswordDatabase } from './password-database.ts';
import { type Environment, placeholderSecret, podArguments } from './pod.ts';

const keys = openKeys();
const container = `nova-image-test-${process.pid}`;
const databaseName = 'nova_messaging';
let database: PasswordDatabase;
let redis: TestRedis;
let topics: Awaited<ReturnType<typeof ownTopics>>;
let image: string;
let base: string;
let port: number;
let metricsPort: number;
let secret: Environment;
let own: Environment;

beforeAll(async () => {
  database = await startPasswordDatabase(databaseName);
  const redisPassword = 'p@ss of/redis';
  redis = await startRedis({ settings: ['--requirepass', redisPassword] });
  topics = await ownTopics(await sharedKafka());
  [port, metricsPort] = [await freePort(), await freePort()];
  secret = {
    POSTGRES_USER: database.user,
    POSTGRES_PASSWORD: database.password,
    POSTGRES_DB: databaseName,
    // The password inside is an old one: the one of its own key wins.
    DATABASE_URL: `postgresql://${database.user}:rotated@127.0.0.1:${database.port}/${databaseName}`,
    REDIS_PASSWORD: redisPassword,
    REDIS_URL: `redis://:rotated@127.0.0.1:${redis.port}`,
    KAFKA_BROKERS: topics.config.KAFKA_BROKERS,
    SECRETBOX_KEY_B64: keys.secretboxKeyB64,
    JWT_PUBLIC_KEY_PEM: keys.publicKeyPem,
  };
  own = {
    ...{ HOST: '127.0.0.1', PORT: String(port), METRICS_PORT: String(metricsPort) },
    ...{ DB_HOST: '127.0.0.1', PGHOST: '127.0.0.1', PGPORT: String(database.port) },
    KAFKA_EVENTS_TOPIC: topics.events,
    KAFKA_USER_EVENTS_TOPIC: topics.userEvents,
    DRAIN_SECONDS: '5',
    LOG_LEVEL: 'debug',
  };
  ({ image, base } = await buildImage());
}, 900_000);

afterAll(async () => {
  await tryEngine('podman', 'rm', '--force', '--ignore', container);
  await redis?.close();
  await database?.[Symbol.asyncDispose]();
});

const run = (name: string, given: Environment, ...command: readonly string[]) =>
  tryEngine('podman', 'run', '--rm', ...podArguments(name, image, given, own), ...command);
const inside = (...command: readonly string[]) => engine('podman', 'exec', container, ...command);

test('with the Secret as it is, both containers refuse and name what to replace', async () => {
  const names = /POSTGRES_PASSWORD: still holds a placeholder[\s\S]*KAFKA_BROKERS: still holds/;
  const migration = await run('db-migrate', placeholderSecret);
  expect(migration.exitCode).toBe(1);
  expect(migration.output).toMatch(names);
  const service = await run('messaging-service', placeholderSecret);
  expect(service.exitCode).toBe(78);
  expect(service.output).toContain('SECRETBOX_KEY_B64: still holds a placeholder');
});

test('the init container migrates an empty database, and finds nothing to do the second time', async () => {
  const first = await run('db-migrate', secret);
  expect(first.output).toMatch(/^1\/u conversations_and_log \(/m);
  expect(first.exitCode).toBe(0);
  expect(await run('db-migrate', secret)).toMatchObject({ exitCode: 0, output: 'no change\n' });
});

test('the service starts with a read-only root, without capabilities, as user 1001, within its limits', async () => {
  await engine(
    ...['podman', 'run', '--detach', '--name', container],
    ...podArguments('messaging-service', image, secret, own),
  );
  const origin = `http://127.0.0.1:${port}`;
  await until(
    'the service to be healthy',
    async () => {
      const answer = await sendHttp(origin, { method: 'GET', path: '/health' }).catch(
        () => undefined,
      );
      return answer?.status === 200;
    },
    30_000,
  );
  const status = await inside('cat', '/proc/1/status');
  expect(status).toMatch(/^Name:\s+(node|MainThread|nova)/m);
  expect(status).toMatch(/^Uid:\s+1001\s+1001/m);
  expect(status).toMatch(/^Gid:\s+1001\s+1001/m);
  for (const set of ['CapPrm', 'CapEff', 'CapBnd']) {
    expect(status).toMatch(new RegExp(`^${set}:\\s+0000000000000000$`, 'm'));
  }
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  const write = await tryEngine('podman', 'exec', container, 'touch', '/app/x');
  expect(write.output).toContain('Read-only file system');
  const limits = 'console.log(process.constrainedMemory(), process.availableMemory() < 2 ** 31)';
  expect(await inside('node', '-e', limits)).toBe(`${2 ** 31} true`);
  expect(await engine('podman', 'inspect', '--format', '{{.HostConfig.NanoCpus}}', container)).toBe(
    '2000000000',
  );
});

test('a message is sent and heard through it, and its metrics say so', async () => {
  const [ana, bob] = [user('ana'), user('bob')];
  const socket = await bob.socket();
  const { id } = await ana.direct(bob);
  await ana.say(id, 'hello from a container');
  await socket.expect('message.created', ({ data }) => data.text === 'hello from a container');
  await socket.close();
  const metrics = await sendHttp(`http://127.0.0.1:${metricsPort}`, {
    method: 'GET',
    path: '/metrics',
  });
  expect(metrics.body).toContain('messages_accepted_total 1');
});

test('Redis, by the password of its own key, and Kafka answer it', async () => {
  const health = async () =>
    (await sendHttp(`http://127.0.0.1:${port}`, { method: 'GET', path: '/health' })).body;
  const both = async () => {
    const { status, dependencies } = await health();
    return status === 'ok' && dependencies.redis.up && dependencies.kafka.up;
  };
  await until('both', both, 30_000);
  const clients = await redis.command('--pass', secret.REDIS_PASSWORD ?? '', 'client', 'list');
  expect(clients.match(/name=nova /g)?.length).toBeGreaterThanOrEqual(20);
  await using watch = await watchTopic(topics.config.KAFKA_BROKERS, topics.events);
  const heard = () => published(watch).some(({ type }) => type === 'message.created');
  await until('the message in Kafka', heard, 60_000);
});

test('psql, and migrate with the variables of the pod, reach the database from inside', async () => {
  const count = ['-c', 'select count(*) from messages', '-tA'];
  const typed = ['psql', '-h', '127.0.0.1', '-U', database.user, '-d', databaseName];
  expect(await inside(...typed, ...count)).toBe('1');
  expect(await inside('migrate', '-path', '/migrations', 'up')).toBe('no change');
  // As it arrives when the shell of a laptop, which has none of the variables, has expanded it.
  const emptied = ['-path', '/migrations', '-database', `postgresql://:@:${database.port}/`];
  expect(await inside('migrate', ...emptied, 'up')).toBe('no change');
});

test('its logs say websocket, as the guide greps for it', async () => {
  expect((await engine('podman', 'logs', container)).toLowerCase()).toContain('websocket');
});

test('the health check of the image and the doctor find it well', async () => {
  const inspect = ['podman', 'image', 'inspect', '--format', '{{json .HealthCheck.Test}}', image];
  const [kind, ...command] = JSON.parse(await engine(...inspect)) as string[];
  expect(kind).toBe('CMD');
  await inside(...command);
  // On a busy machine something may not have answered in the doctor's five seconds.
  let lines = '';
  const well = async () => {
    const { exitCode, output } = await tryEngine('podman', 'exec', container, 'nova', 'doctor');
    lines = output;
    return exitCode === 0;
  };
  await until('the doctor to find it well', well, 50_000).catch(() => {
    throw new Error(lines);
  });
  for (const what of ['database', 'redis', 'kafka']) {
    expect(lines).toMatch(new RegExp(`ok\\s+${what}`));
  }
});

test('SIGTERM drains and ends it with 0 within the grace period', async () => {
  const socket = await user('cleo').socket();
  const startedAt = Date.now();
  await engine('podman', 'kill', '--signal', 'TERM', container);
  await socket.expect('session.draining');
  expect(await engine('podman', 'wait', container)).toBe('0');
  expect(Date.now() - startedAt).toBeLessThan(15_000);
  expect((await socket.closed).code).toBe(4001);
});

test('it carries production dependencies only, says what they are, and is small', async () => {
  const bill = JSON.parse(
    await engine(
      'podman',
      'run',
      '--rm',
      '--no-healthcheck',
      '--entrypoint',
      'cat',
      image,
      '/app/sbom.cdx.json',
    ),
  ) as { components: { name: string }[] };
  const listed = bill.components.map(({ name }) => name);
  expect(listed).toEqual(expect.arrayContaining(['fastify', 'pg', 'ws', 'jose', 'pino']));
  for (const tool of ['typescript', 'vitest', '@biomejs/biome', 'kubernetes-models']) {
    expect(listed).not.toContain(tool);
  }
  const leftovers = `ls /usr/local/bin /opt; find /app/apps /app/packages -name '*.test.js' -o -name '*.ts'`;
  const shell = ['podman', 'run', '--rm', '--no-healthcheck', '--entrypoint', 'sh', image, '-c'];
  const found = (await engine(...shell, leftovers)).split(/\s+/);
  expect(found).toEqual(['/opt:', '/usr/local/bin:', 'migrate', 'node', 'nova', 'psql']);
  const size = async (name: string): Promise<number> =>
    Number(await engine('podman', 'image', 'inspect', '--format', '{{.Size}}', name));
  expect((await size(image)) - (await size(base))).toBeLessThan(250_000_000);
});

test('its labels name the release', async () => {
  const labels = JSON.parse(
    await engine('podman', 'image', 'inspect', '--format', '{{json .Labels}}', image),
  ) as Record<string, string>;
  expect(labels).toMatchObject({
    'org.opencontainers.image.title': 'nova/messaging-service',
    'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
    'org.opencontainers.image.licenses': 'Apache-2.0',
  });
});

function user(name: string): TestUser {
  const userId = randomUUID();
  const token = signToken(keys.privateKey, { subject: userId, name });
  return new TestUser(name, userId, token, () => `http://127.0.0.1:${port}`);
}
