import { Revocations, refusedBy } from '#auth/revocations.js';
import { createTokenVerifier } from '#auth/verify-token.js';
import type { Config } from '#config/config.js';
import { type Database, openDatabase } from '#db/database.js';
import { applyPending } from '#db/migrate/apply-pending.js';
import { Hub } from '#delivery/hub.js';
import { RecentEvents } from '#delivery/recent-events.js';
import { Dispatcher } from '#dispatch/dispatcher.js';
import type { RateClass } from '#dispatch/handler.js';
import { type RateLimit, RateLimiter } from '#dispatch/rate-limiter.js';
import { Congestion } from '#gateway/congestion.js';
import { drainSessions } from '#gateway/drain.js';
import type { Phase } from '#gateway/health.js';
import { listen } from '#gateway/listen.js';
import { SessionRegistry } from '#gateway/session-registry.js';
import { forgetExpired } from '#idempotency/forget-expired.js';
import { encodeCursor } from '#log/cursor.js';
import { Tail } from '#log/tail.js';
import type { Logger } from '#observe/logger.js';
import { createMetrics } from '#observe/metrics.js';
import { startMetricsServer } from '#observe/metrics-server.js';
import { queryObserver, requestObserver } from '#observe/observers.js';
import { openTracer } from '#observe/tracer.js';
import { MarkerTail } from '#receipts/marker-tail.js';
import { readMasterKeys } from '#sealing/master-keys.js';
import { resealInBackground } from '#sealing/reseal-in-background.js';
import { handOnPassed } from '#sync/hand-on-passed.js';
import { createFindMembers, createReadMissing } from '#sync/read-missing.js';
import { openDoors } from './doors.ts';
import { openEmbeddedDefault } from './embedded-default.ts';
import { openKafkaLinks } from './kafka-links.ts';
import { openBus } from './open-bus.ts';
import { openRooms } from './rooms.ts';
import { untilReachable } from './until-reachable.ts';
import { openWebClient } from './web-client.ts';

export { readConfig } from '#config/read-config.js';
export { migrationsDirectory } from '#db/migrate/migrations-directory.js';
export { openMigrator } from '#db/migrate/migrator.js';
export { createLogger } from '#observe/logger.js';

export interface NodeOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly version: string;
}

/** One running node of the service. */
export interface NovaNode {
  readonly port: number;
  readonly metricsPort: number;
  /** Drains the sockets, stores what is queued and closes everything, in that order. */
  close(): Promise<void>;
}

const tailIntervalMs = 1_000;
/** Of events kept for those who come back: some seconds of a node that is as busy as can be. */
const recentBytes = 32 * 1_048_576;
const hurriedTailIntervalMs = 100;
const aloneDrainMs = 1_000;
const forgetIntervalMs = 600_000;

/** The one place that builds everything and closes it again in the opposite order. */
export async function startNode({ config, logger, version }: NodeOptions): Promise<NovaNode> {
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
    closers.push(() => closeServer(listening.server));

    const embedded = await openEmbeddedDefault(config, logger);
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

    let databaseSeenAt = Date.now();
    const tail: Tail = new Tail({
      db,
      intervalMs: tailIntervalMs,
      hurriedIntervalMs: hurriedTailIntervalMs,
      onPassed: handOnPassed(
        () => hub,
        () => rooms.replay,
      ),
      onUncarried: async (since, last) => {
        await markers.bring(since, last);
        await rooms.calls.tail.bring(since, last);
      },
      onRows: (rows) => metrics.tailRows.inc(rows),
      onPass: (seconds) => metrics.tailPassDuration.observe(seconds),
      onHorizon: (_horizon, unchangedMs) => {
        databaseSeenAt = Date.now();
        metrics.logHorizonAge.set(unchangedMs / 1000);
      },
      onError: (error) => logger.warn({ error }, 'the tail could not read the log'),
    });
    const markers = new MarkerTail({ db, deliver: (events) => hub.receive(events) });
    const { bus, directory, ...link } = openBus({ config, metrics, logger, tail });
    closers.push(() => bus.close());
    closers.push(() => directory.close());
    const congestion = new Congestion();
    const recent = new RecentEvents(recentBytes);
    const rooms = openRooms({
      config,
      db,
      databaseUrl,
      bus,
      directory,
      masterKeys,
      metrics,
      logger,
      position: tail,
      recent,
      relief: () => congestion.relief(),
      onQuery,
      tracer,
      deliver: (events) => hub.receive(events),
    });
    closers.push(() => rooms.close());
    const hub: Hub = new Hub({
      findMembers: createFindMembers(db),
      readMissing: createReadMissing({ ...rooms.replay, horizon: () => tail.horizon }),
      onOrdered: (event) => recent.add(event),
      onGapRepaired: (rows) => metrics.gapsRepaired.inc(rows),
      onDelivered: (frames) => metrics.deliveries.inc(frames),
      onError: (error, doing) => logger.warn({ error }, `${doing} failed; trying again`),
    });
    bus.subscribe((batch) => {
      const span = tracer.enabled ? tracer.start('deliver', { events: batch.length }) : undefined;
      hub.receive(batch);
      span?.end();
    });
    await untilReachable(async () => {
      if (config.database.migrateOnStart) await migrate(databaseUrl, logger);
      await tail.start();
    }, logger);
    closers.push(() => tail.close());
    hub.start();
    closers.push(() => hub.close());
    link.start();

    await rooms.calls.start();
    closers.push(forgetRegularly(db, logger));
    closers.push(resealInBackground({ db, masterKeys, logger }));

    const sessions = new SessionRegistry();
    const revocations = new Revocations({
      db,
      horizon: () => tail.horizon,
      intervalMs: tailIntervalMs,
      onRevoked: (found) => sessions.revoke(refusedBy(found)),
      onError: (error) => logger.warn({ error }, 'revocations could not be read'),
    });
    revocations.start();
    closers.push(() => revocations.close());
    const kafka =
      config.kafka.brokers.length === 0
        ? undefined
        : openKafkaLinks({
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
      congestion,
      db,
      rooms,
      position: tail,
      cursor,
      issuer: embedded?.issuer,
      webClientFiles: webClient?.files,
      phase: () => phase,
      databaseSilentMs: () => Date.now() - databaseSeenAt,
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
    closers.push(async () => {
      phase = 'draining';
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

const sendLimit = ({ limits }: Pick<Config, 'limits'>): RateLimit => ({
  perSecond: limits.sendsPerSecond,
  burst: limits.sendsBurst,
});

function rateLimiters({ limits }: Config): Record<RateClass, RateLimiter> {
  const requests: RateLimit = { perSecond: limits.requestsPerSecond, burst: limits.requestsBurst };
  return {
    send: new RateLimiter(sendLimit({ limits })),
    write: new RateLimiter(requests),
    read: new RateLimiter(requests),
    typing: new RateLimiter({ perSecond: 5, burst: 20 }),
    call: new RateLimiter({ perSecond: 0.5, burst: 10 }),
    signal: new RateLimiter({ perSecond: 50, burst: 500 }),
    turn: new RateLimiter({ perSecond: 0.2, burst: 10 }),
    presence: new RateLimiter({ perSecond: 2, burst: 20 }),
  };
}

function closeServer(server: import('node:http').Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
