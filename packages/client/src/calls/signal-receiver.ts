import type { EventPayload } from '@nova/protocol';
import type { Clock } from '../clock.ts';

export type Signal = EventPayload<'call.signal'>;

export interface SignalReceiverOptions {
  readonly clock: Clock;
  readonly onSignal: (signal: Signal) => void;
  /** Numbers are missing: fetch them. Called again while they stay away. */
  readonly onGap: () => void;
  /** They cannot be had: what they said must be said anew. */
  readonly onLost: () => void;
}

const gapMs = 500;
const heldMax = 64;

/** The signals from one leg in the order of their numbers, each once. */
export class SignalReceiver {
  readonly #options: SignalReceiverOptions;
  readonly #held = new Map<number, Signal>();
  #last = 0;
  #asked = 0;
  #cancel: (() => void) | null = null;

  constructor(options: SignalReceiverOptions) {
    this.#options = options;
  }

  /** The newest number up to which nothing is missing. */
  get last(): number {
    return this.#last;
  }

  receive(signal: Signal): void {
    if (signal.number <= this.#last) return;
    if (this.#held.size < heldMax) this.#held.set(signal.number, signal);
    this.#deliver();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#held.clear();
  }

  #deliver(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#held.delete(next.number);
      this.#last = next.number;
      this.#options.onSignal(next);
    }
    if (this.#held.size === 0) {
      this.#cancel?.();
      this.#cancel = null;
      this.#asked = 0;
    } else {
      this.#cancel ??= this.#options.clock.after(gapMs, () => this.#overdue());
    }
  }

  #next(): Signal | undefined {
    return this.#held.get(this.#last + 1);
  }

  #overdue(): void {
    this.#cancel = null;
    this.#asked += 1;
    if (this.#asked <= 3) {
      this.#options.onGap();
      this.#deliver();
      return;
    }
    // The service does not have them any more.
    this.#asked = 0;
    this.#last = Math.min(...this.#held.keys()) - 1;
    this.#deliver();
    this.#options.onLost();
  }
}
