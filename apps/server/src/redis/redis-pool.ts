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
  readonly #options: RedisPoolOptions;
  readonly #connections: Connection[];
  /** Only for Pub/Sub: a connection that listens takes no other commands. */
  #listener: Connection;
  readonly #attach: ((listener: Connection) => void)[] = [];
  readonly sharded: boolean;
  /** Who waits for an answer, to be told that none comes. */
  readonly #waiting = new Set<(reason: Error) => void>();
  #answers = false;
  #turn = 0;

  constructor(options: RedisPoolOptions) {
    this.#options = options;
    const { address } = options;
    this.sharded = address.kind === 'cluster';
    // A client of a cluster holds a connection to each master; the seeds tell how many.
    const clients = this.sharded
      ? Math.max(1, Math.floor(options.size / address.nodes.length))
      : options.size;
    this.#connections = Array.from({ length: clients }, (_, index) => open(options, index > 0));
    this.#listener = open(options, false);
  }

  /** Calls back with the connection that listens, and again with each that takes its place. */
  listen(attach: (listener: Connection) => void): void {
    this.#attach.push(attach);
    attach(this.#listener);
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

  /** Whether Redis answers, as seen by whoever listens: a connection that is open proves nothing. */
  get answers(): boolean {
    return this.#answers;
  }

  set answers(answers: boolean) {
    this.#answers = answers;
    if (answers) return;
    for (const reject of this.#waiting) reject(away());
    this.#waiting.clear();
  }

  /**
   * The answer to a command on the connection that `take` gives; rejects as soon as Redis is seen
   * not to answer. What was asked may be done all the same.
   */
  ask<Answer>(command: (connection: Connection) => Promise<Answer>, key?: string): Promise<Answer> {
    const connection = this.#answers ? this.take(key) : undefined;
    if (connection === undefined) return Promise.reject(away());
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.add(reject);
    const answered = (): boolean => this.#waiting.delete(reject);
    command(connection).then(resolve, reject).finally(answered);
    return promise;
  }

  /** Always the same one while it is ready: what goes over it stays in order. */
  get publisher(): Connection | undefined {
    const [first] = this.#connections;
    return first?.status === 'ready' ? first : this.take();
  }

  /** Opens every connection anew: the way may be dead without either end having noticed. */
  reconnect(): void {
    if (this.sharded) {
      this.#replace();
      return;
    }
    for (const connection of this.#all()) {
      if (connection.status === 'ready') connection.disconnect(true);
    }
  }

  /**
   * A client of a cluster that is told to reconnect while it still connects to one of the masters,
   * as after a fail-over, waits for that for ever and hears nothing from then on: a new one takes
   * its place.
   */
  #replace(): void {
    for (const [index, old] of this.#connections.entries()) {
      if (old.status === 'ready') this.#connections[index] = this.#successor(old, index > 0);
    }
    if (this.#listener.status !== 'ready') return;
    this.#listener = this.#successor(this.#listener, false);
    for (const attach of this.#attach) attach(this.#listener);
  }

  #successor(old: Connection, gathered: boolean): Connection {
    old.disconnect();
    const connection = open(this.#options, gathered);
    connection.connect().catch(() => undefined);
    return connection;
  }

  close(): void {
    for (const connection of this.#all()) connection.disconnect();
  }

  #all(): readonly Connection[] {
    return [...this.#connections, this.#listener];
  }
}

const away = (): Error => new Error('Redis is away');

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
