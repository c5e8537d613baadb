import { limits } from '@nova/protocol/wire';
import type { Queryable } from '#db/database.js';
import { deleteExpiredReplies } from './reply-store.ts';

const batchSize = 1_000;

/** Deletes the keys that have served their time, a bounded number at a time; returns how many. */
export async function forgetExpired(db: Queryable, signal?: AbortSignal): Promise<number> {
  let forgotten = 0;
  while (signal?.aborted !== true) {
    const deleted = await deleteExpiredReplies(db, limits.idempotencyKeyHours, batchSize);
    forgotten += deleted;
    if (deleted < batchSize) break;
  }
  return forgotten;
}
