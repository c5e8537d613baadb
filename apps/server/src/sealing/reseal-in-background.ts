import type { Database } from '#db/database.js';
import type { Logger } from '#observe/logger.js';
import type { MasterKeys } from './master-keys.ts';
import { describeMissing, rotateConversationKeys } from './rotate.ts';

interface Options {
  readonly db: Database;
  readonly masterKeys: MasterKeys;
  readonly logger: Logger;
}

const pauseMs = 20;

/** Re-seals what an earlier master key sealed, a little at a time; returns how to stop it. */
export function resealInBackground({ db, masterKeys, logger }: Options): () => Promise<void> {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    const result = await rotateConversationKeys({ db, masterKeys, pauseMs, signal: stop.signal });
    for (const missing of result.missing) logger.error(describeMissing(missing));
    const { resealed, broken } = result;
    if (broken > 0) logger.error({ broken }, 'data keys of conversations do not open');
    if (resealed > 0) logger.info({ resealed }, 'data keys re-sealed with the present master key');
  };
  const running = run().catch((error: unknown) => {
    if (!stop.signal.aborted) logger.warn({ error }, 're-sealing data keys stopped');
  });
  return async () => {
    stop.abort();
    await running;
  };
}
