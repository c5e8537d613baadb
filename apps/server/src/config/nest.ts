import { withCredentials } from './address.ts';
import type { Config } from './config.ts';
import { withRedisPassword } from './redis-address.ts';
import type { Values } from './settings/index.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** From the flat values of the environment to the shape in which the rooms read them. */
export function nest(values: Values): Config {
  // The embedded default hands a token to whoever asks: the network must not reach it unasked.
  const host = values.HOST ?? (values.DATABASE_URL === undefined ? '127.0.0.1' : '0.0.0.0');
  return {
    process: {
      environment: values.APP_ENV,
      logLevel: values.LOG_LEVEL,
      dataDir: values.NOVA_DATA_DIR,
      drainMs: values.DRAIN_SECONDS * secondMs,
      trustedProxies: values.TRUSTED_PROXIES,
    },
    http: { host, port: values.PORT },
    webClient: {
      served:
        values.WEB_CLIENT === 'on' ||
        (values.WEB_CLIENT === 'auto' && values.DATABASE_URL === undefined),
    },
    metrics: { host, port: values.METRICS_PORT },
    database: {
      url: values.DATABASE_URL && databaseUrl(values.DATABASE_URL, values),
      maxConnections: values.DATABASE_MAX_CONNECTIONS,
      poolTimeoutMs: values.DATABASE_POOL_TIMEOUT * secondMs,
      idleTimeoutMs: values.DATABASE_IDLE_TIMEOUT * secondMs,
      migrateOnStart: values.MIGRATE_ON_START === 'true',
    },
    redis: {
      url: values.REDIS_URL && withRedisPassword(values.REDIS_URL, values.REDIS_PASSWORD),
      poolSize: values.REDIS_POOL_SIZE,
      connectTimeoutMs: values.REDIS_CONNECT_TIMEOUT * secondMs,
      poolTimeoutMs: values.REDIS_POOL_TIMEOUT * secondMs,
    },
    kafka: {
      brokers: values.KAFKA_BROKERS,
      compression: values.KAFKA_COMPRESSION_TYPE,
      requestTimeoutMs: values.KAFKA_REQUEST_TIMEOUT_MS,
      consumerGroup: values.KAFKA_CONSUMER_GROUP,
      eventsTopic: values.KAFKA_EVENTS_TOPIC,
      userEventsTopic: values.KAFKA_USER_EVENTS_TOPIC,
      eventContent: values.KAFKA_EVENT_CONTENT,
      tls: values.KAFKA_TLS ? { caPem: values.KAFKA_TLS_CA_PEM } : undefined,
      sasl: kafkaSasl(values),
    },
    socket: {
      maxFrameBytes: values.WS_MAX_FRAME_SIZE,
      messageBufferFrames: values.WS_MESSAGE_BUFFER_SIZE,
      heartbeatIntervalMs: values.WS_HEARTBEAT_INTERVAL * secondMs,
      allowedOrigins: values.ALLOWED_ORIGINS.includes('*') ? [] : values.ALLOWED_ORIGINS,
      maxPerUser: values.SOCKETS_PER_USER,
      rebalancePerSecond: values.REBALANCE_SOCKETS_PER_SECOND,
    },
    messages: {
      maxCodePoints: values.MESSAGE_MAX_LENGTH,
      batchSize: values.MESSAGE_BATCH_SIZE,
      lanes: values.MESSAGE_LANES,
      editWindowHours: values.MESSAGE_EDIT_WINDOW_HOURS,
      recallWindowHours: values.MESSAGE_RECALL_WINDOW_HOURS,
    },
    groups: { maxMembers: values.GROUP_MAX_MEMBERS },
    calls: {
      maxDurationMs: values.VIDEO_CALL_MAX_DURATION_HOURS * hourMs,
      idleMs: values.VIDEO_CALL_IDLE_TIMEOUT_MINUTES * minuteMs,
      ringMs: values.VIDEO_CALL_RING_SECONDS * secondMs,
      stunUrls: values.STUN_URLS,
      turnUrls: values.TURN_URLS,
      turnSecrets: values.TURN_SECRETS,
    },
    auth: {
      publicKeyPem: values.JWT_PUBLIC_KEY_PEM,
      jwksUrl: values.JWKS_URL,
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
    },
    sealing: {
      keyB64: values.SECRETBOX_KEY_B64,
      previousKeysB64: values.SECRETBOX_PREVIOUS_KEYS_B64,
    },
    limits: {
      sendsPerSecond: values.RATE_LIMIT_SENDS_PER_SECOND,
      sendsBurst: values.RATE_LIMIT_SENDS_BURST,
      requestsPerSecond: values.RATE_LIMIT_REQUESTS_PER_SECOND,
      requestsBurst: values.RATE_LIMIT_REQUESTS_BURST,
      authFailuresPerMinute: values.RATE_LIMIT_AUTH_FAILURES_PER_MINUTE,
      socketsPerAddress: values.SOCKETS_PER_ADDRESS,
    },
    telemetry: {
      otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      sampleShare: values.OTEL_TRACES_SAMPLER_ARG,
    },
  };
}

function kafkaSasl(values: Values): Config['kafka']['sasl'] {
  if (values.KAFKA_SASL_MECHANISM === 'none') return undefined;
  return {
    mechanism: values.KAFKA_SASL_MECHANISM,
    username: values.KAFKA_SASL_USERNAME ?? '',
    password: values.KAFKA_SASL_PASSWORD ?? '',
  };
}

function databaseUrl(address: string, values: Values): string {
  return withCredentials(address, {
    user: values.POSTGRES_USER,
    password: values.POSTGRES_PASSWORD,
    database: values.POSTGRES_DB,
  });
}
