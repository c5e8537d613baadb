import { toClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';

const firstCeilingMs = 500;
/** A call waits at most half a minute for anything, so its requests do not wait longer than this. */
const lastCeilingMs = 4_000;

/**
 * Milliseconds until a request of a call that failed is worth another try, `attempt` from 0; at
 * least what the service asked for, with full jitter. Undefined where repeating cannot help.
 */
export function retryDelayMs(error: unknown, attempt: number, clock: Clock): number | undefined {
  const { retryable, retryAfterMs = 0 } = toClientError(error);
  if (!retryable) return undefined;
  const ceilingMs = Math.min(lastCeilingMs, firstCeilingMs * 2 ** Math.min(attempt, 10));
  return retryAfterMs + Math.round(ceilingMs * clock.random());
}
