import { toClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import { backOffMs } from '../connection/back-off.ts';

/** A call waits at most half a minute for anything, so its requests do not wait longer than this. */
const lastCeilingMs = 4_000;

/**
 * Milliseconds until a request of a call that failed is worth another try, `attempt` from 0; at
 * least what the service asked for, with full jitter. Undefined where repeating cannot help.
 */
export function retryDelayMs(error: unknown, attempt: number, clock: Clock): number | undefined {
  const { retryable, retryAfterMs = 0 } = toClientError(error);
  if (!retryable) return undefined;
  return retryAfterMs + backOffMs(attempt, clock.random(), lastCeilingMs);
}
