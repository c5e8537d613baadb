import type { OutboxEntry, OutboxStorage } from './outbox-entry.ts';

/** Forgets with the process; outlives a client that is closed and made anew. */
export function memoryStorage(): OutboxStorage {
  const entries = new Map<string, OutboxEntry>();
  return {
    async load() {
      return [...entries.values()];
    },
    async put(entry) {
      entries.set(entry.id, entry);
    },
    async remove(id) {
      entries.delete(id);
    },
  };
}
