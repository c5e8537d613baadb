import net from 'node:net';
import type { KafkaConfig } from '#kafka/client-options.js';
import { errorWords } from '#kafka/error-words.js';
import { reachBrokers } from '#kafka/reach.js';
import { type Finding, fail, ok, reason, warn } from './finding.ts';

const subject = 'kafka';
const timeoutMs = 5_000;

export async function checkKafka(config: KafkaConfig): Promise<readonly Finding[]> {
  const { brokers } = config;
  if (brokers.length === 0) return [ok(subject, 'not configured: nothing is relayed')];
  const outcomes = await Promise.all(
    brokers.map(async (broker) => ({ broker, problem: await problemOf(broker) })),
  );
  const away = outcomes.filter(({ problem }) => problem !== undefined);
  const text = away.map(({ broker, problem }) => `${broker}: ${problem}`).join('; ');
  const todo = 'check KAFKA_BROKERS and the way there';
  if (away.length === brokers.length) return [fail(subject, text, todo)];
  // One broker is enough to learn of the others.
  const missing = away.length === 0 ? [] : [warn(subject, text, todo)];
  return [...missing, await spokenTo(config)];
}

/** As the service itself does it: over TLS and signed in, where the settings say so. */
async function spokenTo(config: KafkaConfig): Promise<Finding> {
  const how = [
    config.tls === undefined ? 'in clear' : 'over TLS',
    ...(config.sasl === undefined ? [] : [`signed in with ${config.sasl.mechanism}`]),
  ].join(', ');
  try {
    const count = await reachBrokers(config, timeoutMs);
    return ok(subject, `${count} broker(s) answer, ${how}`);
  } catch (error) {
    return fail(
      subject,
      `connections are accepted, but nothing is answered ${how}: ${errorWords(error)}`,
      'check KAFKA_TLS, KAFKA_TLS_CA_PEM and KAFKA_SASL_* against the listener of the brokers',
    );
  }
}

/** Undefined when the broker accepts a connection. */
async function problemOf(broker: string): Promise<string | undefined> {
  const [, host = '', port] = /^\[?(.+?)\]?:(\d+)$/.exec(broker) ?? [];
  const socket = net.connect({ host, port: Number(port) });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)));
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return undefined;
  } catch (error) {
    return reason(error);
  } finally {
    socket.destroy();
  }
}
