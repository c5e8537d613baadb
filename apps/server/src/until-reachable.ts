import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#observe/logger.js';

const pauseMs = 1_000;

/** Starts when the database is there and migrated: an absent one is no reason to crash in a loop. */
export async function untilReachable(start: () => Promise<void>, logger: Logger): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await start();
      return;
    } catch (error) {
      const reason = attempt === 1 || attempt % 30 === 0;
      if (reason) logger.warn({ error, attempt }, 'waiting for the database and its migrations');
      await delay(pauseMs);
    }
  }
}
