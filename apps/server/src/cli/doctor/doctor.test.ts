import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '#config/read-config.js';
import type { KafkaConfig } from '#kafka/client-options.js';
import { ran } from '../testing/ran.ts';
import { checkHost, spaceFinding } from './check-host.ts';
import { checkKafka } from './check-kafka.ts';
import { checkRedis } from './check-redis.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(
    servers.splice(0).map((server) => new Promise((closed) => server.close(closed))),
  );
});

/** A server that answers what arrives with a fixed text; returns its port. */
async function answering(answer?: string, onText: (text: string) => void = () => {}) {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      onText(bytes.toString());
      if (answer !== undefined) socket.write(answer);
    });
  });
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

const info = (text: string): string => `$${text.length}\r\n${text}\r\n`;
const redis = async (url: string, connectTimeoutMs = 2_000) =>
  (await checkRedis({ url, connectTimeoutMs }))[0];

describe('redis', () => {
  test('answers and tells its version', async () => {
    const port = await answering(`+PONG\r\n${info('# Server\r\nredis_version:7.4.1\r\n')}`);
    expect(await redis(`redis://127.0.0.1:${port}`)).toEqual({
      level: 'ok',
      subject: 'redis',
      text: `127.0.0.1:${port} answers: version 7.4.1`,
    });
  });

  test('is signed in to with user and password as the address spells them', async () => {
    let heard = '';
    const port = await answering(`+OK\r\n+PONG\r\n${info('valkey_version:8.0\r\n')}`, (text) => {
      heard += text;
    });
    const found = await redis(`redis://ana:p%40ss%F0%9F%98%80@127.0.0.1:${port}`);
    expect(found?.level).toBe('ok');
    expect(heard).toMatch(/^\*3\r\n\$4\r\nAUTH\r\n\$3\r\nana\r\n\$8\r\np@ss😀\r\n\*1\r\n/);
  });

  test('that will not tell its version is fine', async () => {
    const port = await answering('+PONG\r\n-NOPERM no access\r\n');
    expect(await redis(`redis://127.0.0.1:${port}`)).toMatchObject({ level: 'ok' });
  });

  test.each([
    ['-NOAUTH Authentication required.\r\n-NOAUTH x\r\n', '', 'wants a password'],
    ['-WRONGPASS invalid\r\n-NOAUTH x\r\n-NOAUTH x\r\n', ':hidden@', 'refuses user or password'],
    ['-LOADING loading\r\n-LOADING x\r\n', '', 'answers LOADING'],
    ['HTTP/1.1 400 Bad Request\r\n\r\n', '', 'does not speak the protocol'],
  ])('that answers %j is a failure', async (answer, credentials, words) => {
    const port = await answering(answer);
    const found = await redis(`redis://${credentials}127.0.0.1:${port}`);
    expect(found?.level).toBe('fail');
    expect(found?.text).toContain(words);
    expect(JSON.stringify(found)).not.toContain('hidden');
  });

  test('that says nothing, or is not there, is a failure within the time allowed', async () => {
    const silent = await answering();
    expect((await redis(`redis://127.0.0.1:${silent}`, 50))?.text).toContain('no answer in 50 ms');
    expect((await redis('redis://127.0.0.1:1'))?.text).toContain('ECONNREFUSED');
  });

  test('without the TLS that rediss promises is a failure', async () => {
    const port = await answering('-ERR\r\n');
    expect((await redis(`rediss://127.0.0.1:${port}`))?.level).toBe('fail');
  });

  test('is not needed', async () => {
    const [found] = await checkRedis({ url: undefined, connectTimeoutMs: 1 });
    expect(found).toMatchObject({ level: 'ok', text: expect.stringContaining('not configured') });
  });
});

describe('kafka', () => {
  const kafkaConfig = (brokers: string): KafkaConfig => {
    const read = readConfig({ KAFKA_BROKERS: brokers });
    if (!read.ok) throw new Error(read.problems.join());
    return read.config.kafka;
  };

  test('that is not configured is fine', async () => {
    expect(await checkKafka(kafkaConfig(''))).toMatchObject([
      { level: 'ok', text: expect.stringContaining('not configured') },
    ]);
  });

  test('of which nobody is there is a failure that names each', async () => {
    const [found] = await checkKafka(kafkaConfig('127.0.0.1:1,[::1]:1'));
    expect(found).toMatchObject({ level: 'fail' });
    expect(found?.text).toMatch(/127\.0\.0\.1:1: .*; \[::1\]:1: /);
  });

  test('that answers in another language is a failure, whoever else is missing', async () => {
    const broker = `127.0.0.1:${await answering('HTTP/1.1 400 Bad Request\r\n\r\n')}`;
    const found = await checkKafka(kafkaConfig(`${broker},127.0.0.1:1`));
    expect(found).toMatchObject([
      { level: 'warn', text: expect.stringContaining('127.0.0.1:1: ') },
      { level: 'fail', text: expect.stringContaining('nothing is answered in clear') },
    ]);
  });
});

describe('host', () => {
  test.each([
    [256, 'fail'],
    [4_096, 'warn'],
    [65_536, 'ok'],
    [Number.POSITIVE_INFINITY, 'ok'],
  ])('%d open files', (limit, level) => {
    const found = checkHost(limit).find(({ subject }) => subject === 'open files');
    expect(found?.level).toBe(level);
  });

  test('the limit of this process is known', () => {
    const found = checkHost().find(({ subject }) => subject === 'open files');
    expect(found?.text).toMatch(/^at most (\d{3,}|Infinity) /);
  });

  test.each([
    [10 * 2 ** 20, 'fail'],
    [500 * 2 ** 20, 'warn'],
    [5 * 2 ** 30, 'ok'],
  ])('%d bytes of disk', (freeBytes, level) => {
    expect(spaceFinding('/data', freeBytes).level).toBe(level);
  });
});

describe('the report', () => {
  test('of the embedded default has no failure', async () => {
    const { code, out } = await ran('doctor', {
      NOVA_DATA_DIR: path.join(os.tmpdir(), 'absent', 'x'),
    });
    expect(out.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(code).toBe(0);
    for (const line of out) expect(line).toMatch(/^(ok {2}|warn|FAIL) {2}\S| {21}-> /);
  });

  test('of a broken configuration names every problem, and no secret', async () => {
    const { code, out, all } = await ran('doctor', { PORT: 'x', SECRETBOX_KEY_B64: 'hidden' });
    expect(code).toBe(1);
    expect(out.filter((line) => line.startsWith('FAIL'))).toEqual([
      expect.stringContaining('PORT'),
      expect.stringContaining('SECRETBOX_KEY_B64'),
    ]);
    expect(all).not.toContain('hidden');
  });

  test('of dependencies that are away names each, what to do, and no password', async () => {
    const { code, out, error, all } = await ran('doctor', {
      DATABASE_URL: 'postgresql://nova:hidden1@127.0.0.1:1/nova',
      POSTGRES_PASSWORD: 'hidden2',
      REDIS_URL: 'redis://:hidden3@127.0.0.1:1',
      KAFKA_BROKERS: '127.0.0.1:1',
      JWKS_URL: 'http://user:hidden4@127.0.0.1:1/keys',
    });
    expect(code).toBe(1);
    for (const subject of ['database', 'redis', 'kafka', 'token keys']) {
      expect(out.find((line) => line.startsWith(`FAIL  ${subject}`))).toBeDefined();
    }
    expect(error).toEqual(['4 check(s) failed']);
    expect(out.filter((line) => line.includes('-> '))).toHaveLength(4);
    expect(all).not.toContain('hidden');
  });
});
