import { NovaError } from '../errors.ts';

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets by key (a user, an address). Memory is bounded by two generations: a bucket not
 * used for as long as it takes to fill is full, and forgetting it changes nothing.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #maxKeys: number;
  readonly #now: () => number;
  #young = new Map<string, Bucket>();
  #old = new Map<string, Bucket>();
  /** Told of every token taken, with what the bucket has left. */
  onTaken: ((key: string, left: number) => void) | undefined;

  constructor(limit: RateLimit, maxKeys = 100_000, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#maxKeys = maxKeys;
    this.#now = now;
  }

  /** Takes one token. Returns 0, or the milliseconds until there is one. */
  take(key: string): number {
    const bucket = this.#bucket(key);
    const now = this.#now();
    const { perSecond, burst } = this.#limit;
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      this.onTaken?.(key, bucket.tokens);
      return 0;
    }
    return Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
  }

  /** There is no more than so much left: somebody else took from the same allowance. */
  lower(key: string, left: number): void {
    const bucket = this.#bucket(key);
    bucket.tokens = Math.min(bucket.tokens, left);
  }

  #bucket(key: string): Bucket {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const bucket = this.#old.get(key) ?? { tokens: this.#limit.burst, at: this.#now() };
    if (this.#young.size >= this.#maxKeys) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, bucket);
    return bucket;
  }
}

export function rateLimited(retryAfterMs: number): NovaError {
  return new NovaError('rateLimited', `too many requests: try again in ${retryAfterMs} ms`, {
    retryAfterMs,
  });
}
