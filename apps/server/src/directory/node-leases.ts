import type { RedisPool } from '#redis/redis-pool.js';
import { lease } from './scripts.ts';

export interface NodeLeasesOptions {
  readonly redis: RedisPool;
  readonly nodeId: string;
  readonly key: () => string;
  readonly onChange: () => void;
}

const heartbeatMs = 5_000;
/** A node that has not renewed for so long is dead, and its sockets with it. */
export const leaseMs = 10_000;
const marginMs = 20;

/** The nodes that are alive: each holds a lease in Redis and renews it every five seconds. */
export class NodeLeases {
  readonly #options: NodeLeasesOptions;
  #alive: ReadonlySet<string>;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #closed = false;

  constructor(options: NodeLeasesOptions) {
    this.#options = options;
    this.#alive = new Set([options.nodeId]);
  }

  /** Those known to be alive when Redis was last asked; this node always. */
  get alive(): ReadonlySet<string> {
    return this.#alive;
  }

  /** Renews the lease now and then regularly; what fails is tried again in its turn. */
  renew(): Promise<void> {
    this.#renewing ??= this.#ask(leaseMs)
      .catch(() => heartbeatMs)
      .then((nextMs) => {
        this.#renewing = undefined;
        if (this.#closed) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.renew(), nextMs);
      });
    return this.#renewing;
  }

  /** Gives the lease back, so that nobody waits for its end. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#renewing;
    await this.#ask(0).catch(() => undefined);
  }

  /** Resolves with the time after which to ask again: when the next lease may end. */
  async #ask(forMs: number): Promise<number> {
    const { redis, nodeId, key, onChange } = this.#options;
    const found = (await redis.ask((connection) =>
      connection.eval(lease, 1, key(), nodeId, forMs),
    )) as readonly string[];
    const alive = new Set([nodeId]);
    let nextMs = heartbeatMs;
    for (let at = 0; at < found.length; at += 2) {
      const [id = '', leftMs = ''] = found.slice(at, at + 2);
      alive.add(id);
      nextMs = Math.min(nextMs, Number(leftMs) + marginMs);
    }
    const before = this.#alive;
    this.#alive = alive;
    const same = before.size === alive.size && [...alive].every((id) => before.has(id));
    if (!same) onChange();
    return nextMs;
  }
}
