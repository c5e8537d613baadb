import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisAddress } from '#config/redis-address.js';
import { TolerantConnector, TolerantSentinelConnector } from './tolerant-connectors.ts';

export interface RedisTimes {
  readonly connectTimeoutMs: number;
  /** Longest wait for an answer. */
  readonly answerTimeoutMs: number;
}

/** Full jitter between these two: nodes that lost the same Redis do not come back in step. */
const backOffMs = { first: 50, most: 1_000 };

export function backOff(attempt: number): number {
  const most = Math.min(backOffMs.most, backOffMs.first * 2 ** Math.min(attempt, 10));
  return Math.round(backOffMs.first + Math.random() * (most - backOffMs.first));
}

/**
 * What all connections have in common. Nothing is queued or sent again while Redis is away: what a
 * command was for is then done another way, and later it would be stale.
 */
function sharedOptions(address: RedisAddress, times: RedisTimes) {
  const { username, password, tls } = address;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectTimeout: times.connectTimeoutMs,
    commandTimeout: times.answerTimeoutMs,
    socketTimeout: times.answerTimeoutMs,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectionName: 'nova',
    // A replica that was the master until a moment ago: ask who is now.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } satisfies RedisOptions;
}

/** Nothing waits for a connection, and none is opened before the pool begins. */
const pooled = { enableOfflineQueue: false, lazyConnect: true };

/** For one server, or the master that sentinels name. */
export function redisOptions(address: RedisAddress, times: RedisTimes) {
  const { kind, nodes, masterName, sentinelPassword, database, tls } = address;
  const [first] = nodes;
  return {
    ...sharedOptions(address, times),
    ...(kind === 'single' && first !== undefined ? { host: first.host, port: first.port } : {}),
    ...(kind === 'sentinel' ? { sentinels: [...nodes] } : {}),
    ...(masterName === undefined ? {} : { name: masterName }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(kind === 'sentinel' && tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
    ...(kind === 'sentinel' ? { sentinelRetryStrategy: backOff } : {}),
    ...(tls && kind === 'single' ? { tls: {} } : {}),
    db: database,
    Connector: kind === 'sentinel' ? TolerantSentinelConnector : TolerantConnector,
    ...pooled,
    retryStrategy: backOff,
  } satisfies RedisOptions;
}

export function clusterOptions(address: RedisAddress, times: RedisTimes) {
  return {
    ...pooled,
    redisOptions: { ...sharedOptions(address, times), Connector: TolerantConnector },
    shardedSubscribers: true,
    clusterRetryStrategy: backOff,
    slotsRefreshInterval: 5_000,
    slotsRefreshTimeout: times.connectTimeoutMs,
  } satisfies ClusterOptions;
}
