// Where each key of the configuration is seen to change what the running service does. A key that is
// missing here fails: show its effect first.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Key, keys } from '../../apps/server/src/config/settings/index.ts';
import { rootDirectory } from '../../scripts/run-command.ts';

const seen: Readonly<Record<string, readonly Key[]>> = {
  'tests/configuration/process.test.ts': [
    'LOG_LEVEL',
    'HOST',
    'NOVA_DATA_DIR',
    'TRUSTED_PROXIES',
    'JWT_ISSUER',
    'JWT_AUDIENCE',
    'JWKS_URL',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_TRACES_SAMPLER_ARG',
    'DATABASE_URL',
    'JWT_PUBLIC_KEY_PEM',
  ],
  'tests/configuration/database.test.ts': [
    'DATABASE_MAX_CONNECTIONS',
    'DATABASE_POOL_TIMEOUT',
    'DATABASE_IDLE_TIMEOUT',
    'POSTGRES_USER',
    'POSTGRES_DB',
    'MIGRATE_ON_START',
  ],
  'tests/configuration/messages.test.ts': [
    'MESSAGE_BATCH_SIZE',
    'MESSAGE_LANES',
    'MESSAGE_EDIT_WINDOW_HOURS',
    'MESSAGE_RECALL_WINDOW_HOURS',
    'GROUP_MAX_MEMBERS',
  ],
  'tests/configuration/calls.test.ts': [
    'VIDEO_CALL_MAX_DURATION_HOURS',
    'VIDEO_CALL_IDLE_TIMEOUT_MINUTES',
  ],
  'tests/configuration/redis.test.ts': [
    'REDIS_URL',
    'REDIS_PASSWORD',
    'REDIS_POOL_SIZE',
    'REDIS_CONNECT_TIMEOUT',
    'REDIS_POOL_TIMEOUT',
  ],
  'tests/backup/backup.test.ts': ['PORT'],
  // In a container, whose ports, password and environment are the test's.
  'tests/image/image.test.ts': ['METRICS_PORT', 'POSTGRES_PASSWORD'],
  'tests/e2e/at-rest.test.ts': ['SECRETBOX_KEY_B64', 'SECRETBOX_PREVIOUS_KEYS_B64'],
  'tests/e2e/handshake.test.ts': [
    'ALLOWED_ORIGINS',
    'SOCKETS_PER_USER',
    'SOCKETS_PER_ADDRESS',
    'RATE_LIMIT_AUTH_FAILURES_PER_MINUTE',
  ],
  'tests/nodes/rebalance.test.ts': ['REBALANCE_SOCKETS_PER_SECOND'],
  'tests/e2e/hostile-sockets.test.ts': ['WS_MAX_FRAME_SIZE'],
  'tests/e2e/hostile-frames.test.ts': ['MESSAGE_MAX_LENGTH'],
  'tests/e2e/hostile-scene.ts': ['RATE_LIMIT_SENDS_BURST'],
  'tests/e2e/hostile-http.test.ts': ['RATE_LIMIT_REQUESTS_BURST', 'RATE_LIMIT_REQUESTS_PER_SECOND'],
  'tests/e2e/kill.test.ts': ['RATE_LIMIT_SENDS_PER_SECOND'],
  'tests/e2e/slow-reader.test.ts': ['WS_MESSAGE_BUFFER_SIZE'],
  'tests/e2e/life-of-a-socket.test.ts': ['WS_HEARTBEAT_INTERVAL', 'DRAIN_SECONDS'],
  'tests/e2e/web-client.test.ts': ['WEB_CLIENT'],
  'tests/e2e/turn.test.ts': ['STUN_URLS', 'TURN_URLS', 'TURN_SECRETS'],
  'tests/browser/ringing.test.ts': ['VIDEO_CALL_RING_SECONDS'],
  // On a real broker, each test under topics of its own.
  'tests/configuration/kafka.test.ts': [
    'KAFKA_COMPRESSION_TYPE',
    'KAFKA_CONSUMER_GROUP',
    'KAFKA_REQUEST_TIMEOUT_MS',
  ],
  'tests/kafka/secured.test.ts': [
    'KAFKA_TLS',
    'KAFKA_TLS_CA_PEM',
    'KAFKA_SASL_MECHANISM',
    'KAFKA_SASL_USERNAME',
    'KAFKA_SASL_PASSWORD',
  ],
  'tests/kafka/published.ts': ['KAFKA_BROKERS', 'KAFKA_EVENTS_TOPIC', 'KAFKA_USER_EVENTS_TOPIC'],
  'tests/kafka/relay.test.ts': ['KAFKA_EVENT_CONTENT'],
  'apps/server/src/config/read-config.test.ts': ['APP_ENV'],
};

test('every key stands in the table, once', () => {
  expect(Object.values(seen).flat().toSorted()).toEqual(keys.toSorted());
});

test.each(Object.entries(seen))('%s sets the keys that it is said to show', (file, shown) => {
  const text = readFileSync(join(rootDirectory, file), 'utf8');
  for (const key of shown) expect(text).toContain(key);
});
