import type { Queryable } from '#db/database.js';
import { readQueue } from './relay-store.ts';

export interface QueueWatch {
  close(): void;
}

/**
 * Measures what waits for Kafka, on every node: the figures stand also while no node can relay.
 */
export function watchQueue(
  db: Queryable,
  intervalMs: number,
  onMeasured: (queue: { readonly rows: number; readonly lagSeconds: number }) => void,
  onError: (error: unknown) => void,
): QueueWatch {
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    await readQueue(db).then(onMeasured, onError);
    busy = false;
  }, intervalMs);
  return { close: () => clearInterval(timer) };
}
