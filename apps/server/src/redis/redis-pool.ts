import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from '#config/redis-address.js';
import { clusterOptions, type RedisTimes, redisOptions } from './redis-options.ts';

export type Connection = Redis | Cluster;

export interface RedisPoolOptions extends RedisTimes {
  readonly address: RedisAddress;
  readonly size: number;
  /** Called for every failed attempt to connect; it goes on trying. */
  readonly onError: (error: Error) => void;
}

/**
 * The connections of this node: `size` for commands, used in turn, and one that listens. They
 * reconnect by themselves, for ever; whoever asks while none is ready gets none, at once.
 */
export class RedisPool {
  readonly #connections: readonly Connection[];
  /** Only for Pub/Sub: a connection that listens takes no other commands. */
  readonly listener: Connection;
  readonly sharded: boolean;
  #turn = 0;

  constructor(options: RedisPoolOptions) {
    const { address } = options;
    this.sharded = address.kind === 'cluster';
    // A client of a cluster holds a connection to each master; the seeds tell how many.
    const clients = this.sharded
      ? Math.max(1, Math.floor(options.size / address.nodes.length))
      : options.size;
    this.#connections = Array.from({ length: clients }, (_, index) => open(options, index > 0));
    this.listener = open(options, false);
  }

  /** Begins to connect; whether and when it succeeds shows in `take`. */
  start(): void {
    for (const connection of this.#all()) connection.connect().catch(() => undefined);
  }

  /**
   * The ready connection whose turn it is. With a key, always the same while it is ready: what is
   * said of one thing stays in order.
   */
  take(key?: string): Connection | undefined {
    const count = this.#connections.length;
    this.#turn = (this.#turn + 1) % count;
    const first = key === undefined ? this.#turn : Number.parseInt(key.slice(-4), 36) % count;
    for (let tried = 0; tried < count; tried++) {
      const connection = this.#connections[(first + tried) % count];
      if (connection?.status === 'ready') return connection;
    }
    return undefined;
  }

  /** Always the same one while it is ready: what goes over it stays in order. */
  get publisher(): Connection | undefined {
    const [first] = this.#connections;
    return first?.status === 'ready' ? first : this.take();
  }

  /** Opens every connection anew: the way may be dead without either end having noticed. */
  reconnect(): void {
    for (const connection of this.#all()) {
      if (connection.status === 'ready') connection.disconnect(true);
    }
  }

  close(): void {
    for (const connection of this.#all()) connection.disconnect();
  }

  #all(): readonly Connection[] {
    return [...this.#connections, this.listener];
  }
}

/** `gathered`: commands of one turn leave in one write. What is published waits for no turn. */
function open({ address, onError, ...times }: RedisPoolOptions, gathered: boolean): Connection {
  const enableAutoPipelining = gathered;
  const connection =
    address.kind === 'cluster'
      ? new Cluster([...address.nodes], { ...clusterOptions(address, times), enableAutoPipelining })
      : new Redis({ ...redisOptions(address, times), enableAutoPipelining });
  connection.on('error', onError);
  return connection;
}
