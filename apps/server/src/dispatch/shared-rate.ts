import type { RedisPool } from '#redis/redis-pool.js';
import type { RateLimit, RateLimiter } from './rate-limiter.ts';

export interface SharedRateOptions {
  readonly redis: RedisPool;
  readonly limiter: RateLimiter;
  readonly limit: RateLimit;
  /** Begins the keys in Redis. */
  readonly prefix: () => string;
}

const reportEveryMs = 250;
/** Users whose spending is shared at a time; more than that are limited by each node alone. */
const sharedMax = 10_000;

// KEYS: the bucket, a hash of tokens and milliseconds. ARGV: per second, burst, tokens taken.
// Returns the tokens left, below zero for what several nodes granted too much.
const takeFrom = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local stored = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(stored[1] or burst)
local at = tonumber(stored[2] or now)
tokens = math.min(burst, tokens + (now - at) / 1000 * rate) - ARGV[3]
tokens = math.max(tokens, -burst)
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(2 * burst / rate) + 1)
return math.floor(tokens)`;

/**
 * One allowance on all nodes. Each grants from its own bucket without asking; a bucket that is more
 * than half empty is reported four times a second to one in Redis, and lowered to what is left
 * there. Who sends at an ordinary pace costs Redis nothing; who does not gets at most half a burst
 * more from every further node, once.
 */
export class SharedRate {
  readonly #options: SharedRateOptions;
  readonly #taken = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SharedRateOptions) {
    this.#options = options;
    const { limiter, limit } = options;
    limiter.onTaken = (key, left) => {
      const taken = this.#taken.get(key);
      if (taken !== undefined) this.#taken.set(key, taken + 1);
      else if (left < limit.burst / 2 && this.#taken.size < sharedMax) {
        this.#taken.set(key, limit.burst - left);
      }
    };
  }

  start(): void {
    this.#timer = setInterval(() => this.#report(), reportEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    for (const [key, taken] of this.#taken) {
      if (taken === 0) {
        this.#taken.delete(key);
        continue;
      }
      this.#taken.set(key, 0);
      // What is not reported while Redis is away is forgiven.
      this.#take(key, taken).catch(() => undefined);
    }
  }

  async #take(key: string, taken: number): Promise<void> {
    const { redis, limiter, limit, prefix } = this.#options;
    const { perSecond, burst } = limit;
    const words = [`${prefix()}:${key}`, perSecond, burst, taken] as const;
    const left = await redis.ask((connection) => connection.eval(takeFrom, 1, ...words), key);
    limiter.lower(key, Number(left));
  }
}
