import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#observe/logger.js';

export interface Waiting {
  readonly logger: Logger;
  /** Ends the wait: then it rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** What another try may mend; anything when absent. */
  readonly retried?: (error: unknown) => boolean;
}

const pauseMs = 1_000;

/** Starts when the database is there and migrated: an absent one is no reason to crash in a loop. */
export async function untilReachable(
  start: () => Promise<void>,
  { logger, signal, retried = () => true }: Waiting,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      await start();
      return;
    } catch (error) {
      if (!retried(error)) throw error;
      const reason = attempt === 1 || attempt % 30 === 0;
      if (reason) logger.warn({ error, attempt }, 'waiting for the database and its migrations');
      await delay(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
