import { isCertificatePem, isHostAndPort, isTopic, unescapePem } from '../accepts.ts';
import { choice, flag, integer, list, optionalText, text } from '../setting.ts';

const section = 'Kafka';
const notEmpty = { expected: 'a text' };
const topic = { expected: 'a name of letters, digits, dots, _ and -', accepts: isTopic };

export const kafkaSettings = {
  KAFKA_BROKERS: list(
    { expected: 'host:port between commas', accepts: isHostAndPort },
    {
      section,
      secret: true,
      description: 'Brokers that receive the log; unset, nothing is relayed',
    },
  ),
  KAFKA_COMPRESSION_TYPE: choice('snappy', ['none', 'gzip', 'snappy', 'lz4', 'zstd'], {
    section,
    description: 'Compression of what is produced',
  }),
  KAFKA_REQUEST_TIMEOUT_MS: integer(30_000, [100, 600_000], {
    section,
    unit: 'milliseconds',
    description: 'Longest wait for a broker’s answer',
  }),
  KAFKA_CONSUMER_GROUP: text('messaging-service', notEmpty, {
    section,
    description: 'Group in which the nodes consume user events',
  }),
  KAFKA_EVENTS_TOPIC: text('nova.messaging.events', topic, {
    section,
    description: 'Receives an event for every change of a conversation',
  }),
  KAFKA_USER_EVENTS_TOPIC: text('nova.user.events', topic, {
    section,
    description: 'Brings profiles, blocks, revoked sessions and deleted users',
  }),
  KAFKA_EVENT_CONTENT: flag(false, {
    section,
    description:
      'Events carry what people wrote (texts, titles, emoji), in clear; otherwise ids and metadata',
  }),
  KAFKA_TLS: flag(false, { section, description: 'Brokers are spoken to over TLS' }),
  KAFKA_TLS_CA_PEM: {
    ...optionalText(
      { expected: 'certificates in PEM', accepts: isCertificatePem },
      { section, description: 'Who signs the brokers’ certificates; unset, Node’s own list' },
    ),
    parse: unescapePem,
  },
  KAFKA_SASL_MECHANISM: choice('none', ['none', 'plain', 'scram-sha-256', 'scram-sha-512'], {
    section,
    description: 'How the service signs in to the brokers',
  }),
  KAFKA_SASL_USERNAME: optionalText(notEmpty, {
    section,
    secret: true,
    description: 'User of the service at the brokers',
  }),
  KAFKA_SASL_PASSWORD: optionalText(notEmpty, {
    section,
    secret: true,
    description: 'Password of that user',
  }),
};
