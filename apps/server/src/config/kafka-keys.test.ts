import { expect, test } from 'vitest';
import { readConfig } from './read-config.ts';

const read = (env: Record<string, string>) =>
  readConfig({ KAFKA_BROKERS: 'one:9092,two:9092', ...env });

test('brokers, topics and signing in stand together in the configuration', () => {
  const result = read({
    KAFKA_TLS: 'true',
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_SASL_USERNAME: 'nova',
    KAFKA_SASL_PASSWORD: 'pass',
    KAFKA_EVENT_CONTENT: 'true',
    KAFKA_EVENTS_TOPIC: 'acme.events',
  });
  expect(result.ok && result.config.kafka).toMatchObject({
    brokers: ['one:9092', 'two:9092'],
    eventsTopic: 'acme.events',
    userEventsTopic: 'nova.user.events',
    eventContent: true,
    tls: {},
    sasl: { mechanism: 'scram-sha-512', username: 'nova', password: 'pass' },
  });
  expect(result.warnings).toEqual([]);
});

test.each([
  [{ KAFKA_BROKERS: 'one' }, 'KAFKA_BROKERS: expected host:port between commas'],
  [{ KAFKA_COMPRESSION_TYPE: 'brotli' }, 'KAFKA_COMPRESSION_TYPE: expected one of none, gzip'],
  [{ KAFKA_EVENTS_TOPIC: 'a topic' }, 'KAFKA_EVENTS_TOPIC: expected a name of letters'],
  [{ KAFKA_EVENT_CONTENT: 'yes' }, 'KAFKA_EVENT_CONTENT: expected true or false'],
  [{ KAFKA_TLS_CA_PEM: 'PEM' }, 'KAFKA_TLS_CA_PEM: expected certificates in PEM'],
  [{ KAFKA_SASL_MECHANISM: 'gssapi' }, 'KAFKA_SASL_MECHANISM: expected one of none, plain'],
  [{ KAFKA_SASL_MECHANISM: 'plain' }, 'KAFKA_SASL_USERNAME: required with KAFKA_SASL_MECHANISM'],
  [
    { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'nova' },
    'KAFKA_SASL_PASSWORD: required with KAFKA_SASL_MECHANISM=plain',
  ],
])('%j is refused by name', (env, words) => {
  const result = read(env);
  expect(result.ok ? [] : result.problems).toContainEqual(expect.stringContaining(words));
});

test.each([
  [{ KAFKA_SASL_USERNAME: 'nova' }, 'KAFKA_SASL_USERNAME is unused'],
  [
    { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'a', KAFKA_SASL_PASSWORD: 'hidden' },
    'the password travels in clear',
  ],
])('%j is warned of', (env, words) => {
  const { warnings } = read(env);
  expect(warnings).toContainEqual(expect.stringContaining(words));
  expect(JSON.stringify(warnings)).not.toContain('hidden');
});
