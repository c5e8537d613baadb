/** The ways to Redis that REDIS_URL can name. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createTestDatabase,
  sendHttp,
  startNova,
  startNovaProcess,
  startRedis,
  until,
} from '@nova/dev-env';
import { expect, test } from 'vitest';
import { crossings, redisSeen } from './scene.ts';

test('a password given apart opens, and REDIS_POOL_SIZE connections are held', async () => {
  await using redis = await startRedis({ settings: ['--requirepass', 'se:cr@t'] });
  const REDIS_PASSWORD = 'se:cr@t';
  const config = { REDIS_URL: redis.url, REDIS_PASSWORD, REDIS_POOL_SIZE: '7' };
  await using env = await startNova({ config });
  await redisSeen(env.nodes, true);
  const clients = async () => {
    const listed = await redis.command('--no-auth-warning', '-a', 'se:cr@t', 'client', 'list');
    return listed.split('\n').filter((line) => line.includes('name=nova'));
  };
  // And one that listens.
  await until('all connections', async () => (await clients()).length === 8);
  const listening = (await clients()).filter((line) => !line.includes(' sub=0 '));
  expect(listening).toHaveLength(1);
});

test('a wrong password is an absent Redis: the node serves and says why', async () => {
  await using redis = await startRedis({ settings: ['--requirepass', 'secret'] });
  await using env = await startNova({ config: { REDIS_URL: redis.url, REDIS_PASSWORD: 'guess' } });
  const line = await until('the node to say why', () =>
    env.log.find(({ msg }) => String(msg).startsWith('Redis is away')),
  );
  expect(line).toMatchObject({ reason: expect.stringContaining('WRONGPASS') });
  expect(JSON.stringify(env.log)).not.toContain('guess');
  expect((await env.health()).status).toBe(200);
});

test('TLS is spoken where rediss says so, and the certificate is looked at', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'nova-tls-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
  ]);
  await using redis = await startRedis({
    tls: true,
    settings: [
      ...['--tls-cert-file', certificate, '--tls-key-file', key],
      ...['--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'],
    ],
  });
  const database = await createTestDatabase();
  const REDIS_URL = `rediss://localhost:${redis.port}`;
  const redisIsUp = async ({ origin }: { readonly origin: string }) => {
    const { body } = await sendHttp(origin, { method: 'GET', path: '/health' });
    return body.dependencies.redis.up as boolean;
  };
  await using trusting = await startNovaProcess({
    database,
    config: { REDIS_URL, NODE_EXTRA_CA_CERTS: certificate },
  });
  await until('Redis to be reached', () => redisIsUp(trusting));
  await using careful = await startNova({ database, config: { REDIS_URL } });
  await until('the certificate to be refused', () => said(careful.log, 'self-signed certificate'));
  expect(await redisIsUp(careful)).toBe(false);
  await rm(directory, { recursive: true });
});

test('sentinels name the master, and the next one when it dies', async () => {
  await using master = await startRedis();
  await using replica = await startRedis({
    settings: ['--replicaof', '127.0.0.1', String(master.port)],
  });
  await until('the replica to follow', async () =>
    (await replica.command('info', 'replication')).includes('master_link_status:up'),
  );
  await using sentinel = await startRedis({
    settings: ['--sentinel'],
    configText: [
      `sentinel monitor primary 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds primary 500',
      'sentinel failover-timeout primary 2000',
    ].join('\n'),
  });
  await until('the sentinel to know the replica', async () =>
    (await sentinel.command('sentinel', 'replicas', 'primary')).includes(String(replica.port)),
  );
  const REDIS_URL = `redis+sentinel://127.0.0.1:${sentinel.port}/primary`;
  await using env = await startNova({ nodes: 2, config: { REDIS_URL } });
  await redisSeen(env.nodes, true);
  const [ana, bob] = [env.nodes[0].user('ana'), env.nodes[1].user('bob')];
  const bobs = await bob.socket();
  const { id } = await ana.direct(bob);
  await master.kill();
  await redisSeen(env.nodes, false);
  await crossings(3, ana, bobs, id);
  await redisSeen(env.nodes, true);
  expect(await replica.command('role')).toContain('master');
  await crossings(3, ana, bobs, id);
  expect(bobs.positions(id)).toEqual([1, 2, 3, 4, 5, 6]);
}, 60_000);

const said = (log: readonly object[], words: string): boolean =>
  JSON.stringify(log).includes(words);
