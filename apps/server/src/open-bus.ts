import type { Config } from '#config/config.js';
import { parseRedisAddress } from '#config/redis-address.js';
import type { Bus } from '#delivery/bus.js';
import { createMemoryBus } from '#delivery/memory-bus.js';
import { RedisBus } from '#delivery/redis-bus.js';
import type { Directory } from '#directory/directory.js';
import { createLocalDirectory } from '#directory/local-directory.js';
import { leaseMs } from '#directory/node-leases.js';
import { RedisDirectory } from '#directory/redis-directory.js';
import type { RateLimit, RateLimiter } from '#dispatch/rate-limiter.js';
import { SharedRate } from '#dispatch/shared-rate.js';
import type { Dependency } from '#gateway/health.js';
import type { Tail } from '#log/tail.js';
import type { Logger } from '#observe/logger.js';
import type { Metrics } from '#observe/metrics.js';
import { createAbsenceReport } from '#redis/absence-report.js';
import { RedisPool } from '#redis/redis-pool.js';

export interface BusLink {
  readonly bus: Bus;
  readonly directory: Directory;
  /** Begins to speak with the other nodes, once the log's epoch is known. */
  start(): void;
  /** Makes one allowance of what each node grants, until the returned function is called. */
  shareRate(name: string, limiter: RateLimiter, limit: RateLimit): () => void;
  /** What the health of the node says of Redis; undefined where none is configured. */
  dependency(): Dependency | undefined;
}

export interface BusLinkOptions {
  readonly config: Pick<Config, 'redis' | 'socket'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tail: Tail;
}

/** The bus between nodes over Redis where one is configured, otherwise within this process. */
export function openBus({ config, metrics, logger, tail }: BusLinkOptions): BusLink {
  const address = config.redis.url === undefined ? undefined : parseRedisAddress(config.redis.url);
  if (address === undefined) {
    const bus = createMemoryBus();
    const directory = createLocalDirectory(bus);
    const nothing = (): undefined => undefined;
    return { bus, directory, start: nothing, shareRate: () => nothing, dependency: nothing };
  }
  const { poolSize, connectTimeoutMs, poolTimeoutMs } = config.redis;
  const report = createAbsenceReport(logger);
  const redis = new RedisPool({
    address,
    size: poolSize,
    connectTimeoutMs,
    answerTimeoutMs: poolTimeoutMs,
    onError: report.failed,
  });
  const bus = new RedisBus({
    redis,
    epoch: () => tail.epoch,
    settledXid: () => tail.settledHorizon.toString(),
    renewMs: poolTimeoutMs,
    onReachable: (reachable) => {
      metrics.busReachable.set(reachable ? 1 : 0);
      report.reachable(reachable);
      redis.answers = reachable;
      if (reachable) void directory.redisCame();
    },
    onSteady: (steady) => tail.hurry(!steady),
    onLag: (seconds) => metrics.busLag.observe(seconds),
    onSent: (bytes) => count('sent', bytes),
    onHeard: (bytes) => count('heard', bytes),
    onDropped: (events) => metrics.busDropped.inc(events),
    onIgnored: (reason) => metrics.busIgnored.inc({ reason }),
  });
  bus.subscribe((batch) => {
    for (const outgoing of batch) {
      if (outgoing.kind !== 'notice' || outgoing.notice.topic !== 'untold') continue;
      const { since } = outgoing.notice;
      if (/^\d{1,20}$/.test(since)) tail.untold(BigInt(since));
    }
  });
  const count = (direction: 'sent' | 'heard', bytes: number): void => {
    metrics.busMessages.inc({ direction });
    metrics.busBytes.inc({ direction }, bytes);
  };
  const directory = new RedisDirectory({
    redis,
    bus,
    nodeId: bus.nodeId,
    epoch: () => tail.epoch,
    heard: () => bus.heardWithin(leaseMs),
    socketsPerUser: config.socket.maxPerUser,
  });
  return {
    bus,
    directory,
    start() {
      // Until Redis has answered the tail carries.
      tail.hurry(true);
      bus.start();
    },
    shareRate(name, limiter, limit) {
      const prefix = (): string => `nova:${tail.epoch.slice(0, 8)}:rate:${name}`;
      const shared = new SharedRate({ redis, limiter, limit, prefix });
      shared.start();
      return () => shared.close();
    },
    dependency: () => ({ up: bus.reachable, silentMs: Math.round(bus.silentMs) }),
  };
}
