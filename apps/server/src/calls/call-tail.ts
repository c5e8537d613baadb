import type { Queryable } from '#db/database.js';
import type { Outgoing } from '#delivery/outgoing.js';
import type { Horizon } from '#log/cursor.js';
import type { CallRules } from './call-facts.ts';
import { callsChangedSince } from './call-store.ts';
import { standingOf } from './tell.ts';

export interface CallTailOptions {
  readonly db: Queryable;
  readonly rules: CallRules;
  readonly deliver: (events: readonly Outgoing[]) => void;
}

const toldMax = 50_000;

/**
 * Brings the changes of calls that the bus did not: they stand in no log, so all that changed since
 * the bus was last known to carry are read, and told once. Signals cannot be had that way.
 */
export class CallTail {
  readonly #options: CallTailOptions;
  /** The version told of each call: a pass reads again what the ones before it read. */
  readonly #told = new Map<string, number>();

  constructor(options: CallTailOptions) {
    this.#options = options;
  }

  /** Delivers what changed since then; `last`: the bus carries again. */
  async bring(since: Horizon, last: boolean): Promise<void> {
    const { db, rules, deliver } = this.#options;
    for await (const page of callsChangedSince(db, since.toString())) {
      for (const call of page) {
        if ((this.#told.get(call.id) ?? 0) >= call.version) continue;
        if (this.#told.size >= toldMax) this.#told.clear();
        this.#told.set(call.id, call.version);
        deliver(standingOf(call, rules));
      }
    }
    if (last) this.#told.clear();
  }
}
