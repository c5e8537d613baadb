import { pruneRevocations } from '#auth/revocation-store.js';
import type { Config } from '#config/config.js';
import type { Database } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import type { Dependency } from '#gateway/health.js';
import { errorWords } from '#kafka/error-words.js';
import { openRecordSink } from '#kafka/record-sink.js';
import { RecordSource } from '#kafka/record-source.js';
import { watchBrokers } from '#kafka/watch-brokers.js';
import { UnknownLogType } from '#log/log-types.js';
import type { MessageReader } from '#messages/message-reader.js';
import type { Logger } from '#observe/logger.js';
import type { Metrics } from '#observe/metrics.js';
import { rateLimitedWarn } from '#observe/rate-limited-warn.js';
import { Lease } from '#relay/lease.js';
import { createReadEvents } from '#relay/read-events.js';
import { Relay } from '#relay/relay.js';
import { watchQueue } from '#relay/watch-queue.js';
import { createTakeUserEvent } from '#user-events/take-user-event.js';
import { forgetEvents } from '#user-events/user-event-store.js';

export interface KafkaLinksOptions {
  readonly config: Config;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly bus: Bus;
  readonly messages: MessageReader;
  /** Called after this node stored a revocation. */
  readonly onRevoked: () => void;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What joins this node to Kafka, where brokers are configured. */
export interface KafkaLinks {
  /** What the health of the node says of the brokers. */
  dependency(): Dependency;
  /** Hands over to other nodes, at once. */
  close(): Promise<void>;
}

const queueIntervalMs = 1_000;
const forgetIntervalMs = 600_000;

export function openKafkaLinks(options: KafkaLinksOptions): KafkaLinks {
  const { config, db, databaseUrl, messages, metrics, logger } = options;
  const closing = new AbortController();
  const { kafka } = config;
  const warn = rateLimitedWarn(logger);
  const lease: Lease = new Lease({
    connectionString: databaseUrl,
    onLost: () => relay.leaseLost(),
  });
  const relay: Relay = new Relay({
    db,
    lease,
    sink: openRecordSink(kafka),
    topic: kafka.eventsTopic,
    readEvents: createReadEvents({ db, messages, content: kafka.eventContent }),
    onPublished: (events) => metrics.kafkaEventsPublished.inc(events),
    onActive: (active) => {
      metrics.kafkaRelayActive.set(active ? 1 : 0);
      logger.info({ active }, active ? 'this node relays the log' : 'relaying ended here');
    },
    onError: (error, doing) => {
      const newer = error instanceof UnknownLogType;
      metrics.kafkaErrors.inc({ doing: newer ? 'newerType' : 'relay' });
      warn({ reason: errorWords(error) }, `the relay failed ${doing}; trying again`);
    },
  });
  const queue = watchQueue(
    db,
    queueIntervalMs,
    ({ rows, lagSeconds }) => {
      metrics.messageQueueLength.set({ queue: 'kafka' }, rows);
      metrics.kafkaRelayLag.set(lagSeconds);
    },
    (error) => {
      metrics.kafkaErrors.inc({ doing: 'measure' });
      warn({ error }, 'what waits for Kafka could not be measured');
    },
  );
  const brokers = watchBrokers(kafka, (up, reason) => {
    if (up) logger.info('Kafka answers again');
    else logger.warn({ reason }, 'Kafka does not answer; events wait in the log');
  });
  metrics.kafkaRelayActive.set(0);
  relay.start();
  const sink = openRecordSink(kafka);
  const source = new RecordSource({
    config: kafka,
    topic: kafka.userEventsTopic,
    take: createTakeUserEvent({
      ...{ db, bus: options.bus, onRevoked: options.onRevoked, sink, signal: closing.signal },
      onTaken: (type, outcome) => metrics.userEvents.inc({ type, outcome }),
      onPoison: ({ topic, partition, offset }, reason) =>
        warn({ topic, partition, offset: String(offset), reason }, 'a user event was put aside'),
    }),
    onError: (error) => {
      metrics.kafkaErrors.inc({ doing: 'consume' });
      warn({ reason: errorWords(error) }, 'user events cannot be consumed; trying again');
    },
  });
  source.start();
  const forgetting = setInterval(() => {
    Promise.all([forgetEvents(db), pruneRevocations(db)]).catch((error: unknown) =>
      warn({ error }, 'old user events and revocations were not forgotten'),
    );
  }, forgetIntervalMs);
  return {
    dependency: () => ({ up: brokers.up, silentMs: brokers.silentMs }),
    async close() {
      queue.close();
      brokers.close();
      clearInterval(forgetting);
      closing.abort(new Error('the node goes away'));
      await Promise.all([relay.close(), source.close()]);
      await sink.close();
    },
  };
}
