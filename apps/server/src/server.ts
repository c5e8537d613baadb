import { Revocations, refusedBy } from '#auth/revocations.js';
import { createTokenVerifier } from '#auth/verify-token.js';
import type { Config } from '#config/config.js';
import { type Database, openDatabase } from '#db/database.js';
import { applyPending } from '#db/migrate/apply-pending.js';
import { Dispatcher } from '#dispatch/dispatcher.js';
import { drainSessions } from '#gateway/drain.js';
import type { Phase } from '#gateway/health.js';
import { listen } from '#gateway/listen.js';
import { Rebalance } from '#gateway/rebalance.js';
import { SessionRegistry } from '#gateway/session-registry.js';
import { forgetExpired } from '#idempotency/forget-expired.js';
import { encodeCursor } from '#log/cursor.js';
import type { Logger } from '#observe/logger.js';
import { createMetrics } from '#observe/metrics.js';
import { startMetricsServer } from '#observe/metrics-server.js';
import { queryObserver, requestObserver } from '#observe/observers.js';
import { openTracer } from '#observe/tracer.js';
import { readMasterKeys } from '#sealing/master-keys.js';
import { resealInBackground } from '#sealing/reseal-in-background.js';
import { openDoors } from './doors.ts';
import { openEmbeddedDefault } from './embedded-default.ts';
import type { KafkaLinks, KafkaLinksOptions } from './kafka-links.ts';
import { openDelivery } from './open-delivery.ts';
import { rateLimiters, sendLimit } from './rate-limits.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { untilReachable } from './until-reachable.ts';
import { openWebClient } from './web-client.ts';

export { readConfig } from '#config/read-config.js';
export { createLogger } from '#observe/logger.js';

export interface NodeOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly version: string;
  /** Ends a start that waits for the database; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** One running node of the service. */
export interface NovaNode {
  readonly port: number;
  readonly metricsPort: number;
  /** Drains the sockets, stores what is queued and closes everything, in that order. */
  close(): Promise<void>;
}

const revocationsIntervalMs = 1_000;
const aloneDrainMs = 1_000;
const forgetIntervalMs = 600_000;

/** The one place that builds everything and closes it again in the opposite order. */
export async function startNode(options: NodeOptions): Promise<NovaNode> {
  const { config, logger, version, signal = new AbortController().signal } = options;
  let phase: Phase = 'starting';
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const metrics = createMetrics({ version });
    closers.push(() => metrics.close());
    const metricsServer = await startMetricsServer({ ...config.metrics, metrics });
    closers.push(() => metricsServer.close());
    const tracer = await openTracer({ ...config.telemetry, version });
    closers.push(() => tracer.close());
    const listening = await listen(config.http.host, config.http.port);
    closers.push(() => listening.close());

    const embedded = await openEmbeddedDefault(config, logger, signal);
    if (embedded !== undefined) closers.push(() => embedded.close());
    const databaseUrl = embedded?.databaseUrl ?? config.database.url ?? '';
    const onQuery = queryObserver(metrics);
    const db = openDatabase({
      connectionString: databaseUrl,
      ...config.database,
      onQuery,
      onConnectionError: (error) => logger.warn({ error }, 'an idle database connection broke'),
    });
    closers.push(() => db.close());

    const masterKeys = await readMasterKeys({
      currentB64: embedded?.secretboxKeyB64 ?? config.sealing.keyB64 ?? '',
      previousB64: config.sealing.previousKeysB64,
    });
    const publicKeyPem = embedded?.publicKeyPem ?? config.auth.publicKeyPem;
    const { jwksUrl, issuer, audience } = config.auth;
    const verifier = await createTokenVerifier({
      ...(publicKeyPem === undefined ? {} : { publicKeysPem: publicKeyPem }),
      ...(jwksUrl === undefined ? {} : { jwksUrl }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    });

    const delivery = openDelivery({ config, db, metrics, logger, tracer, rooms: () => rooms });
    const { tail, hub, bus, directory, link } = delivery;
    closers.push(() => bus.close());
    closers.push(() => directory.close());
    const rooms: Rooms = openRooms({
      ...{ config, db, databaseUrl, bus, directory, masterKeys, metrics, logger, onQuery, tracer },
      position: tail,
      recent: delivery.recent,
      relief: () => delivery.congestion.relief(),
      deliver: (events) => hub.receive(events),
    });
    closers.push(() => rooms.close());
    const waiting = { logger, signal };
    await untilReachable(async () => {
      if (config.database.migrateOnStart) await migrate(databaseUrl, logger);
      await tail.start();
    }, waiting);
    closers.push(() => tail.close());
    hub.start();
    closers.push(() => hub.close());
    link.start();

    await untilReachable(() => rooms.calls.start(), waiting);
    closers.push(forgetRegularly(db, logger));
    closers.push(resealInBackground({ db, masterKeys, logger }));

    const sessions = new SessionRegistry();
    const revocations = new Revocations({
      db,
      horizon: () => tail.horizon,
      intervalMs: revocationsIntervalMs,
      onRevoked: (found) => sessions.revoke(refusedBy(found)),
      onError: (error) => logger.warn({ error }, 'revocations could not be read'),
    });
    revocations.start();
    closers.push(() => revocations.close());
    const kafka = await openKafka({
      ...{ config, db, databaseUrl, bus, metrics, logger },
      messages: rooms.replay.messages,
      onRevoked: () => void revocations.look(),
    });
    closers.push(() => kafka?.close());
    const limits = rateLimiters(config);
    closers.push(link.shareRate('send', limits.send, sendLimit(config)));
    const dispatcher = new Dispatcher({
      handlers: rooms.handlers,
      limits,
      onRateLimited: (rate) => metrics.rateLimited.inc({ class: rate }),
      onAnswered: requestObserver(metrics),
      tracer,
      onInternal: (error, operation, { requestId }) =>
        logger.error({ error, operation, requestId }, 'a request failed'),
    });
    const webClient = config.webClient.served
      ? openWebClient({ logger, developmentTokens: embedded !== undefined })
      : undefined;
    closers.push(() => webClient?.close());
    const cursor = (): string => encodeCursor(tail.horizon);
    const doors = await openDoors({
      config,
      logger,
      metrics,
      version,
      listening,
      hub,
      sessions,
      dispatcher,
      verify: async (token) => {
        const verified = await verifier.verify(token);
        await revocations.check(verified);
        return verified;
      },
      congestion: delivery.congestion,
      db,
      rooms,
      position: tail,
      cursor,
      issuer: embedded?.issuer,
      webClientFiles: webClient?.files,
      phase: () => phase,
      databaseSilentMs: delivery.databaseSilentMs,
      redis: link.dependency,
      directory,
      kafka: () => kafka?.dependency(),
    });
    metrics.onScrape(() => {
      metrics.callsActive.set(rooms.calls.callsHere);
      metrics.callSignalsKeptBytes.set(rooms.calls.bufferedBytes);
      metrics.websocketConnectionsActive.set(sessions.size);
      metrics.messageQueueLength.set({ queue: 'send' }, rooms.writer.queued);
    });
    sessions.start(config.socket.heartbeatIntervalMs);
    const rebalance = new Rebalance({
      ...{ sessions, directory },
      spared: ({ sessionId }) => rooms.calls.carriesCall(sessionId),
      perSecond: config.socket.rebalancePerSecond,
      onAsked: (sockets) => metrics.socketsAskedToMove.inc(sockets),
    });
    rebalance.start();
    closers.push(async () => {
      phase = 'draining';
      await rebalance.close();
      const handedOver = kafka?.close();
      doors.stopAdmitting();
      // With the embedded default there is no other node that the sockets could go to.
      const drainMs = embedded === undefined ? config.process.drainMs : aloneDrainMs;
      await drainSessions(sessions, Math.min(drainMs, config.process.drainMs));
      sessions.stop();
      await doors.close();
      await handedOver;
    });
    phase = 'serving';
    webClient?.start();
    return {
      port: listening.port,
      metricsPort: metricsServer.port,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** A node without brokers starts without reading the driver: a fifth of its start. */
async function openKafka(options: KafkaLinksOptions): Promise<KafkaLinks | undefined> {
  if (options.config.kafka.brokers.length === 0) return undefined;
  const { openKafkaLinks } = await import('./kafka-links.ts');
  return openKafkaLinks(options);
}

async function migrate(databaseUrl: string, logger: Logger): Promise<void> {
  const onLockWait = () => logger.info('waiting for another node to finish its migrations');
  for (const { version } of await applyPending(databaseUrl, onLockWait)) {
    logger.info({ version }, 'migrated the database');
  }
}

/** Idempotency keys are kept for a day; the older ones go a little at a time. */
function forgetRegularly(db: Database, logger: Logger): () => void {
  const timer = setInterval(() => {
    forgetExpired(db).catch((error: unknown) =>
      logger.warn({ error }, 'old idempotency keys could not be forgotten'),
    );
  }, forgetIntervalMs);
  return () => clearInterval(timer);
}
