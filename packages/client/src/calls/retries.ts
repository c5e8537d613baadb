import type { Clock } from '../clock.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Questions that the service could not answer and that will be asked again. */
export class Retries {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * `attempt`: how often it was repeated already. False where asking again cannot help; once closed
   * nothing is asked again, and nothing is known to be in vain.
   */
  later(error: unknown, attempt: number, ask: () => void): boolean {
    const delayMs = retryDelayMs(error, attempt, this.#clock);
    if (delayMs === undefined) return false;
    if (this.#closed) return true;
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      ask();
    });
    this.#cancels.add(cancel);
    return true;
  }

  clear(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  close(): void {
    this.#closed = true;
    this.clear();
  }
}
