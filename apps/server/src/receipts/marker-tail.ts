import type { Queryable } from '#db/database.js';
import type { Outgoing } from '#delivery/outgoing.js';
import type { Horizon } from '#log/cursor.js';
import { receiptOutgoing } from './receipt-outgoing.ts';
import { movedSince } from './receipt-store.ts';

export interface MarkerTailOptions {
  readonly db: Queryable;
  readonly deliver: (events: readonly Outgoing[]) => void;
}

const toldMax = 50_000;

/**
 * Brings the markers that the bus did not. They have no position by which the hub would miss
 * them, so all that moved since the bus was last known to carry are read, and told once.
 */
export class MarkerTail {
  readonly #options: MarkerTailOptions;
  /** What was told, by member: a pass reads again what the ones before it read. */
  readonly #told = new Map<string, string>();

  constructor(options: MarkerTailOptions) {
    this.#options = options;
  }

  /** Delivers what moved since then; `last`: the bus carries again. */
  async bring(since: Horizon, last: boolean): Promise<void> {
    for await (const page of movedSince(this.#options.db, since.toString())) {
      const fresh = page.filter((row) => {
        const member = `${row.conversationId}/${row.userId}`;
        const markers = `${row.lastReadSeq}/${row.lastDeliveredSeq}`;
        if (this.#told.get(member) === markers) return false;
        if (this.#told.size >= toldMax) this.#told.clear();
        this.#told.set(member, markers);
        return true;
      });
      if (fresh.length > 0) this.#options.deliver(fresh.map(receiptOutgoing));
    }
    if (last) this.#told.clear();
  }
}
