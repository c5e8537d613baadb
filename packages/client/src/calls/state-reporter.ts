import type { Clock } from '../clock.ts';
import { retryDelayMs } from './retry-delay.ts';

export interface StateReporterOptions<State> {
  readonly clock: Clock;
  /** What the service knows; null where it knows nothing. */
  readonly told: State | null;
  readonly same: (one: State, other: State) => boolean;
  readonly report: (state: State) => Promise<unknown>;
}

/**
 * Tells the service a state of this device, one after the other: two on their way at once may
 * overtake each other, and the others would be left with the older one. What the service could not
 * take is said again, if nothing newer is there to say by then.
 */
export class StateReporter<State> {
  readonly #options: StateReporterOptions<State>;
  #told: State | null;
  #wanted: State | null = null;
  #working = false;
  #closed = false;
  #attempt = 0;
  #cancel: () => void = () => {};

  constructor(options: StateReporterOptions<State>) {
    this.#options = options;
    this.#told = options.told;
  }

  /** Null: there is nothing to say, and whatever comes next is news. */
  follow(state: State | null): void {
    this.#wanted = state;
    if (state === null) this.#told = null;
    if (!this.#working) void this.#tell();
  }

  /** Says it again, to a service that may have forgotten. */
  forget(): void {
    this.#told = null;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #tell(): Promise<void> {
    this.#cancel();
    this.#working = true;
    for (let state = this.#news(); state !== null; state = this.#news()) {
      try {
        this.#told = state;
        await this.#options.report(state);
        this.#attempt = 0;
      } catch (error) {
        if (this.#told === state) this.#told = null;
        this.#again(error);
        break;
      }
    }
    this.#working = false;
  }

  #news(): State | null {
    const [wanted, told] = [this.#wanted, this.#told];
    if (this.#closed || wanted === null) return null;
    return told !== null && this.#options.same(wanted, told) ? null : wanted;
  }

  #again(error: unknown): void {
    const { clock } = this.#options;
    const delayMs = retryDelayMs(error, this.#attempt, clock);
    // Otherwise the next change brings it, or the return of the signaling.
    if (delayMs === undefined || this.#closed) return;
    this.#attempt += 1;
    this.#cancel = clock.after(delayMs, () => void this.#tell());
  }
}
