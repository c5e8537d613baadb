import type { IncomingMessage } from 'node:http';
import type { DevelopmentIssuer } from '#auth/development-tokens.js';
import type { TokenVerifier, VerifiedToken } from '#auth/verify-token.js';
import type { Config } from '#config/config.js';
import type { Database } from '#db/database.js';
import type { Hub } from '#delivery/hub.js';
import type { Directory } from '#directory/directory.js';
import type { Dispatcher } from '#dispatch/dispatcher.js';
import { RateLimiter } from '#dispatch/rate-limiter.js';
import { originCheck } from '#gateway/allowed-origins.js';
import { clientAddressReader } from '#gateway/client-address.js';
import type { Congestion } from '#gateway/congestion.js';
import { addDevelopmentTokens } from '#gateway/development-tokens.js';
import { addDocuments } from '#gateway/documents.js';
import { FlushTurn } from '#gateway/flush-turn.js';
import { addHealth, type Dependency, type Phase } from '#gateway/health.js';
import { httpGateway } from '#gateway/http-gateway.js';
import type { Listening } from '#gateway/listen.js';
import type { SessionRegistry } from '#gateway/session-registry.js';
import { addWebClient, type WebClientFiles } from '#gateway/web-client.js';
import { WebSocketGateway } from '#gateway/websocket-gateway.js';
import type { Logger } from '#observe/logger.js';
import type { Metrics } from '#observe/metrics.js';
import type { PositionSource } from '#sync/list-events.js';
import { replay } from '#sync/replay.js';
import { createUserNames } from '#users/user-names.js';
import { NovaError } from './errors.ts';
import type { Rooms } from './rooms.ts';
import { serviceLimitsOf } from './service-limits.ts';

export interface DoorsOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly version: string;
  readonly listening: Listening;
  readonly hub: Hub;
  readonly sessions: SessionRegistry;
  readonly dispatcher: Dispatcher;
  /** Who bears a token that is not revoked; throws NovaError. */
  readonly verify: TokenVerifier['verify'];
  readonly congestion: Congestion;
  readonly db: Database;
  readonly rooms: Rooms;
  readonly position: PositionSource;
  readonly cursor: () => string;
  readonly issuer: DevelopmentIssuer | undefined;
  /** Absent where the web client is not served. */
  readonly webClientFiles: (() => WebClientFiles) | undefined;
  readonly phase: () => Phase;
  readonly databaseSilentMs: () => number;
  /** Absent where no Redis is configured. */
  readonly redis: () => Dependency | undefined;
  readonly directory: Directory;
  /** Absent where no brokers are configured. */
  readonly kafka: () => Dependency | undefined;
}

export interface Doors {
  stopAdmitting(): void;
  close(): Promise<void>;
}

const resumeRows = { rowsPerConversation: 2_000, rowsInAll: 100_000, snapshotMessages: 50 };
const databaseSilentMaxMs = 5_000;

/** Opens the two doors, HTTP and WebSocket, on the port that is listening already. */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { config, logger, metrics, listening, hub, sessions, db, rooms, verify } = options;
  const addressOf = clientAddressReader(config.process.trustedProxies);
  const originAllowed = originCheck(config.socket.allowedOrigins);
  const perMinute = config.limits.authFailuresPerMinute;
  const failures = new RateLimiter({ perSecond: perMinute / 60, burst: perMinute });
  const refusedUntil = new Map<string, number>();
  const admit = (request: IncomingMessage): number =>
    Math.max(0, (refusedUntil.get(addressOf(request)) ?? 0) - Date.now());
  const onAuthFailure = (request: IncomingMessage, error: unknown): void => {
    const reason = error instanceof NovaError ? error.code : 'internal';
    metrics.authFailures.inc({ reason });
    if (reason !== 'unauthenticated') return;
    const address = addressOf(request);
    const retryAfterMs = failures.take(address);
    if (retryAfterMs === 0) return;
    if (refusedUntil.size > 10_000) refusedUntil.clear();
    refusedUntil.set(address, Date.now() + retryAfterMs);
  };
  const names = createUserNames({
    db,
    cacheSize: 50_000,
    onError: (error) => logger.debug({ error }, 'names were not stored'),
  });
  const onAuthenticated = ({ userId, name }: VerifiedToken): void => {
    if (name !== undefined) names.remember(userId, name);
  };
  const http = httpGateway({
    dispatcher: options.dispatcher,
    verify,
    maxBodyBytes: config.socket.maxFrameBytes,
    originAllowed,
    onAuthenticated,
    onAuthFailure,
    admit,
    onRequest: (method, route, status, seconds) => {
      metrics.httpRequests.inc({ method, route, status });
      metrics.httpRequestDuration.observe({ method, route }, seconds);
    },
    onInternal: (error, requestId) => logger.error({ error, requestId }, 'a request failed'),
  });
  addHealth(http, {
    phase: options.phase,
    dependencies: () => {
      const silentMs = options.databaseSilentMs();
      const redis = options.redis();
      const kafka = options.kafka();
      return {
        database: { up: silentMs < databaseSilentMaxMs, silentMs },
        ...(redis === undefined ? {} : { redis }),
        ...(kafka === undefined ? {} : { kafka }),
      };
    },
    details: () => ({
      version: options.version,
      sockets: sessions.size,
      sendsWaiting: rooms.writer.queued,
      epoch: options.position.epoch,
    }),
  });
  addDocuments(http, options.version);
  if (options.issuer !== undefined) addDevelopmentTokens(http, options.issuer, names.introduce);
  if (options.webClientFiles !== undefined) addWebClient(http, options.webClientFiles);
  await http.ready();
  listening.answerWith((request, response) => http.routing(request, response));

  const gateway = new WebSocketGateway({
    hub,
    sessions,
    position: options.position,
    cursor: options.cursor,
    maxFrameBytes: config.socket.maxFrameBytes,
    serviceLimits: serviceLimitsOf(config),
    heartbeatIntervalMs: config.socket.heartbeatIntervalMs,
    originAllowed,
    socketsPerUser: config.socket.maxPerUser,
    socketsPerAddress: config.limits.socketsPerAddress,
    addressOf,
    admit,
    onAuthenticated,
    onAuthFailure,
    onOpened: (session) => {
      const { userId, sessionId, deviceId } = session;
      options.directory.opened(session);
      logger.debug({ userId, sessionId, deviceId }, 'websocket opened');
    },
    onClosed: (session, code) => {
      const { userId, sessionId } = session;
      options.directory.closed(session);
      // Whose token was revoked is out of the call, too: media would go on past this service.
      rooms.calls.socketClosed(sessionId, session.closedFor !== 'sessionRevoked');
      rooms.presence.forget(session);
      metrics.websocketConnectionsClosed.inc({ code });
      logger.debug({ userId, sessionId, code }, 'websocket closed');
    },
    session: {
      dispatcher: options.dispatcher,
      verify,
      full: () => rooms.writer.full,
      heartbeatIntervalMs: config.socket.heartbeatIntervalMs,
      onSlow: () => metrics.slowConsumersClosed.inc(),
      outbound: {
        maxFrames: config.socket.messageBufferFrames,
        turn: new FlushTurn(),
        congestion: options.congestion,
        onDropped: (frames) => metrics.outboundFramesDropped.inc(frames),
      },
      replaying: {
        position: options.position,
        replay: (userId, from, emit) => replay(rooms.replay, userId, from, resumeRows, emit),
        onReplayed: (seconds, { read }) => {
          metrics.resumes.inc({ source: read === 0 ? 'memory' : 'database' });
          metrics.resumeDuration.observe(seconds);
        },
        onError: (error) => logger.warn({ error }, 'websocket replay failed'),
      },
    },
  });
  listening.server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head));
  return {
    stopAdmitting: () => gateway.stopAdmitting(),
    async close() {
      gateway.close();
      await http.close();
      await names.close();
    },
  };
}
