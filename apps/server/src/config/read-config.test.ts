import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Config } from './config.ts';
import { type Environment, readConfig } from './read-config.ts';

const masterKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString(
  'base64',
);
const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const production = {
  APP_ENV: 'production',
  DATABASE_URL: 'postgresql://nova:first@postgres.nova-db:5432/nova_messaging',
  REDIS_URL: 'redis://redis.nova-cache:6379',
  SECRETBOX_KEY_B64: masterKey,
  JWT_PUBLIC_KEY_PEM: publicKey,
  JWT_ISSUER: 'https://id.acme.org',
  JWT_AUDIENCE: 'nova',
  ALLOWED_ORIGINS: 'https://chat.acme.org',
};

function accepted(env: Environment): Config {
  const result = readConfig(env);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.config;
}

function problemsOf(env: Environment): readonly string[] {
  const result = readConfig(env);
  return result.ok ? [] : result.problems;
}

describe('defaults', () => {
  test('are those of the deployment, in milliseconds where the key means seconds', () => {
    const config = accepted({});
    expect(config.database).toMatchObject({
      maxConnections: 10,
      poolTimeoutMs: 30_000,
      idleTimeoutMs: 600_000,
    });
    expect(config.redis).toMatchObject({
      poolSize: 20,
      connectTimeoutMs: 5_000,
      poolTimeoutMs: 10_000,
    });
    expect(config.socket).toMatchObject({ maxFrameBytes: 1_048_576, messageBufferFrames: 256 });
    expect(config.kafka).toMatchObject({
      brokers: [],
      compression: 'snappy',
      requestTimeoutMs: 30_000,
      consumerGroup: 'messaging-service',
    });
    expect(config.calls.maxDurationMs).toBe(12 * 3_600_000);
    expect(config.messages.maxCodePoints).toBe(4_096);
    expect([config.http.port, config.metrics.port]).toEqual([3_000, 9_090]);
  });

  test('an empty value counts as unset', () => {
    expect(accepted({ PORT: '', REDIS_URL: ' ', WS_MAX_FRAME_SIZE: '' })).toEqual(accepted({}));
  });

  test('the embedded database is reachable from this machine only, unless told otherwise', () => {
    expect(accepted({}).http.host).toBe('127.0.0.1');
    expect(accepted({ HOST: '0.0.0.0' }).http.host).toBe('0.0.0.0');
    expect(accepted({ DATABASE_URL: 'postgresql://h/d' }).http.host).toBe('0.0.0.0');
  });
});

describe('problems', () => {
  test('are told all at once, by name, with what was expected', () => {
    expect(problemsOf({ PORT: '70000', LOG_LEVEL: 'loud', MESSAGE_MAX_LENGTH: '4k' })).toEqual([
      'LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, found "loud"',
      'PORT: expected a whole number from 0 to 65535, found "70000"',
      'MESSAGE_MAX_LENGTH: expected a whole number from 1 to 65536 (code points), found "4k"',
    ]);
  });

  test('never show a secret', () => {
    const secrets = {
      DATABASE_URL: 'mysql://root:hunter2@db',
      REDIS_URL: 'hunter2',
      SECRETBOX_KEY_B64: 'hunter2',
      SECRETBOX_PREVIOUS_KEYS_B64: `${masterKey},hunter2`,
      JWT_PUBLIC_KEY_PEM: 'hunter2',
      KAFKA_BROKERS: 'hunter2',
    };
    const problems = problemsOf(secrets);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'KAFKA_BROKERS',
      'JWT_PUBLIC_KEY_PEM',
      'SECRETBOX_KEY_B64',
      'SECRETBOX_PREVIOUS_KEYS_B64',
    ]);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems.join()).not.toContain(masterKey);
  });

  test.each([
    ['PORT', '1e3'],
    ['PORT', '3000.5'],
    ['DRAIN_SECONDS', '-1'],
    ['DRAIN_SECONDS', '10s'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['KAFKA_BROKERS', 'broker-1'],
    ['KAFKA_BROKERS', 'broker-1:9092,broker-2:99999'],
    ['ALLOWED_ORIGINS', 'chat.acme.org'],
    ['ALLOWED_ORIGINS', 'https://chat.acme.org/path'],
    ['TRUSTED_PROXIES', '10.0.0.0/64'],
    ['TRUSTED_PROXIES', 'proxy'],
    ['JWT_PUBLIC_KEY_PEM', privateKey],
    ['JWT_PUBLIC_KEY_PEM', publicKey + privateKey],
    ['JWT_PUBLIC_KEY_PEM', publicKey.replace('BEGIN', 'START')],
    ['SECRETBOX_KEY_B64', Buffer.alloc(16, 'key').toString('base64')],
  ])('%s refuses %s', (key, value) => {
    expect(problemsOf({ [key]: value })).toEqual([expect.stringMatching(`^${key}: expected `)]);
  });
});

describe('values', () => {
  test('a list is cut at commas', () => {
    const config = accepted({
      KAFKA_BROKERS: 'broker-1:9092, [::1]:9093,',
      ALLOWED_ORIGINS: 'https://chat.acme.org,http://localhost:5173',
      TRUSTED_PROXIES: 'loopback,10.0.0.0/8,fd00::/8',
    });
    expect(config.kafka.brokers).toEqual(['broker-1:9092', '[::1]:9093']);
    expect(config.socket.allowedOrigins).toEqual([
      'https://chat.acme.org',
      'http://localhost:5173',
    ]);
    expect(config.process.trustedProxies).toEqual(['loopback', '10.0.0.0/8', 'fd00::/8']);
  });

  test('every origin is written as * or left out, and is the same', () => {
    expect(accepted({ ALLOWED_ORIGINS: '*' }).socket.allowedOrigins).toEqual([]);
    expect(accepted({}).socket.allowedOrigins).toEqual([]);
  });

  test('a PEM may carry its line breaks as two characters', () => {
    const oneLine = publicKey.replaceAll('\n', '\\n');
    expect(accepted({ JWT_PUBLIC_KEY_PEM: oneLine }).auth.publicKeyPem?.trim()).toBe(
      publicKey.trim(),
    );
  });

  test('several keys may stand one after the other', () => {
    expect(accepted({ JWT_PUBLIC_KEY_PEM: publicKey + publicKey }).auth.publicKeyPem).toBe(
      (publicKey + publicKey).trim(),
    );
  });

  test('a password given apart wins over the one inside the address', () => {
    const config = accepted({
      DATABASE_URL: 'postgresql://nova:old@db:5432/nova?sslmode=require',
      POSTGRES_USER: 'unused',
      POSTGRES_DB: 'unused',
      POSTGRES_PASSWORD: 'n%w@/ pass',
      REDIS_URL: 'rediss://:old@cache:6379/1',
      REDIS_PASSWORD: 'new',
    });
    expect(config.database.url).toBe(
      'postgresql://nova:n%25w%40%2F%20pass@db:5432/nova?sslmode=require',
    );
    expect(config.redis.url).toBe('rediss://:new@cache:6379/1');
  });

  test('user and database fill in what the address leaves open', () => {
    const given = { POSTGRES_USER: 'nova', POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'messages' };
    expect(accepted({ ...given, DATABASE_URL: 'postgresql://db:5432' }).database.url).toBe(
      'postgresql://nova:pw@db:5432/messages',
    );
    expect(
      accepted({ ...given, DATABASE_URL: 'postgresql:///?host=/run/postgresql' }).database.url,
    ).toBe('postgresql://nova:pw@localhost/messages?host=/run/postgresql');
  });
});

describe('warnings', () => {
  test('point out keys that are one slip away from a known one', () => {
    expect(
      readConfig({ WS_MAX_FRAMESIZE: '1', REDIS_URI: 'x', HOSTNAME: 'pod', PATH: '/' }).warnings,
    ).toEqual([
      'WS_MAX_FRAMESIZE is not a key of this service: did you mean WS_MAX_FRAME_SIZE?',
      'REDIS_URI is not a key of this service: did you mean REDIS_URL?',
    ]);
  });

  test('tell of a password that nothing uses', () => {
    expect(readConfig({ REDIS_PASSWORD: 'x' }).warnings).toEqual([
      'REDIS_PASSWORD is set but REDIS_URL is not: it has no effect',
    ]);
  });
});

describe('production', () => {
  test('starts without a warning when all is given', () => {
    expect(readConfig(production)).toMatchObject({ ok: true, warnings: [] });
  });

  test('names everything that is missing in one answer', () => {
    expect(problemsOf({ APP_ENV: 'production', ALLOWED_ORIGINS: '*' })).toEqual([
      expect.stringMatching('^DATABASE_URL: required in production'),
      expect.stringMatching('^SECRETBOX_KEY_B64: required in production'),
      expect.stringMatching('^JWT_PUBLIC_KEY_PEM or JWKS_URL: one of them'),
      expect.stringMatching('^ALLOWED_ORIGINS: \\* is refused'),
    ]);
  });

  test('a key set stands for a key', () => {
    const env = { ...production, JWT_PUBLIC_KEY_PEM: '', JWKS_URL: 'https://id.acme.org/keys' };
    expect(problemsOf(env)).toEqual([]);
  });

  test.each([
    ['POSTGRES_PASSWORD', 'CHANGE_ME'],
    ['REDIS_PASSWORD', 'changeme'],
    ['DATABASE_URL', 'postgresql://postgres:change-me@db/nova'],
    ['REDIS_URL', 'redis://redis.example.com'],
    ['SECRETBOX_KEY_B64', '<openssl rand -base64 32>'],
    ['SECRETBOX_KEY_B64', Buffer.alloc(32).toString('base64')],
    ['JWT_PUBLIC_KEY_PEM', '-----BEGIN PUBLIC KEY-----\nREPLACE_ME\n-----END PUBLIC KEY-----'],
    ['KAFKA_BROKERS', 'your-broker:9092'],
  ])('refuses the placeholder in %s', (key, value) => {
    expect(problemsOf({ ...production, [key]: value })).toEqual([
      expect.stringMatching(`^${key}: still holds a placeholder`),
    ]);
    expect(problemsOf({ ...production, [key]: value }).join()).not.toContain(value);
  });

  test('warns where it could be stricter', () => {
    const env = {
      ...production,
      JWT_ISSUER: '',
      JWT_AUDIENCE: '',
      REDIS_URL: '',
      ALLOWED_ORIGINS: '',
      JWKS_URL: 'http://id.acme.org/keys',
    };
    expect(readConfig(env).warnings).toEqual([
      expect.stringMatching('^JWT_ISSUER is unset'),
      expect.stringMatching('^JWT_AUDIENCE is unset'),
      expect.stringMatching('^REDIS_URL is unset'),
      expect.stringMatching('^ALLOWED_ORIGINS is unset'),
      expect.stringMatching('^JWKS_URL is not https'),
    ]);
  });
});
