import type { Outgoing } from './outgoing.ts';

/**
 * Carries what was committed to every node, this one included. It may lose, repeat or reorder:
 * the hub puts events in order by `pos` and the tail brings what is missing.
 */
export interface Bus {
  publish(batch: readonly Outgoing[]): void;
  subscribe(listener: (batch: readonly Outgoing[]) => void): void;
  close(): Promise<void>;
}
