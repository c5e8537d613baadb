import type { Config } from '#config/config.js';
import type { RateClass } from '#dispatch/handler.js';
import { type RateLimit, RateLimiter } from '#dispatch/rate-limiter.js';

export const sendLimit = ({ limits }: Pick<Config, 'limits'>): RateLimit => ({
  perSecond: limits.sendsPerSecond,
  burst: limits.sendsBurst,
});

/** What one user may do on this node, by the class of the request. */
export function rateLimiters({ limits }: Config): Record<RateClass, RateLimiter> {
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
