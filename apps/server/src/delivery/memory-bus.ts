import type { Bus } from './bus.ts';
import type { Outgoing } from './outgoing.ts';

/** The bus of a single node: what is published is heard at once. */
export function createMemoryBus(): Bus {
  const listeners: ((batch: readonly Outgoing[]) => void)[] = [];
  return {
    publish(batch) {
      if (batch.length > 0) for (const listener of listeners) listener(batch);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
    async close() {
      listeners.length = 0;
    },
  };
}
