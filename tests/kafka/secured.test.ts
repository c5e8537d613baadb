import { createTestDatabase, startKafka, startNova, type TestKafka, until } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { doctorOf } from './doctor.ts';
import { ownTopics } from './published.ts';

// Brokers and processes start in their own time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka[Symbol.asyncDispose]());

const secured = async (mechanism: string) => {
  const { brokers, caPem, username, password } = kafka.secure;
  const { config } = await ownTopics(kafka.brokers);
  return {
    ...config,
    KAFKA_BROKERS: brokers,
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_PEM: caPem,
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  };
};

test.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
  'the log is relayed over TLS by who signs in with %s',
  async (mechanism) => {
    const config = await secured(mechanism);
    await using nova = await startNova({ config });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id } = await ana.group([bob]);
    await ana.say(id, 'hello');
    const published = () => nova.metric('kafka_events_published_total');
    await until('both events', async () => (await published()) === 2, 20_000);
    expect((await nova.health()).body.dependencies.kafka.up).toBe(true);
  },
);

test('the doctor signs in as the service does, and tells what is wrong', async () => {
  const { url } = await createTestDatabase();
  const env = { DATABASE_URL: url, ...(await secured('scram-sha-512')) };
  const kafkaLine = async (change: Record<string, string>): Promise<string> =>
    (await doctorOf({ ...env, ...change })).find((line) => line.includes('  kafka ')) ?? '';
  expect(await kafkaLine({})).toMatch(/^ok .* 1 broker\(s\) answer, over TLS, signed in with/);
  expect(await kafkaLine({ KAFKA_SASL_PASSWORD: 'wrong-one' })).toMatch(/^FAIL .*over TLS/);
  expect(await kafkaLine({ KAFKA_TLS_CA_PEM: '' })).toMatch(/^FAIL .*self-signed certificate/);
  expect(await kafkaLine({ KAFKA_TLS: 'false' })).toMatch(/^FAIL .*nothing is answered in clear/);
  const lines = await doctorOf({ ...env, KAFKA_SASL_PASSWORD: 'wrong-one' });
  expect(lines.join()).not.toContain('wrong-one');
});
