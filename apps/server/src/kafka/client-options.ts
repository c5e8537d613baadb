import { isIP } from 'node:net';
import type { BaseOptions, SASLMechanismValue } from '@platformatic/kafka';
import type { Config } from '#config/config.js';

export type KafkaConfig = Config['kafka'];

const connectTimeoutMs = 5_000;

const mechanisms = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const satisfies Record<string, SASLMechanismValue>;

/** RFC 6066 §3 allows no address as the name that is asked for. */
const isNamed = (broker: string): boolean => isIP(broker.replace(/^\[?(.+?)\]?:\d+$/, '$1')) === 0;

/** How every client of ours reaches the brokers. */
export function clientOptions(config: KafkaConfig): BaseOptions {
  const { brokers, requestTimeoutMs, tls, sasl } = config;
  return {
    clientId: 'nova',
    bootstrapBrokers: [...brokers],
    connectTimeout: Math.min(connectTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    timeout: requestTimeoutMs,
    ...(tls === undefined
      ? {}
      : {
          tls: tls.caPem === undefined ? {} : { ca: tls.caPem },
          tlsServerName: brokers.some(isNamed),
        }),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: mechanisms[sasl.mechanism],
            username: sasl.username,
            password: sasl.password,
          },
        }),
  };
}
