import type { Clock } from '../clock.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Questions that the service could not answer and that will be asked again. */
export class Retries {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `attempt`: how often it was repeated already. False where asking again cannot help. */
  later(error: unknown, attempt: number, ask: () => void): boolean {
    const delayMs = retryDelayMs(error, attempt, this.#clock);
    if (delayMs === undefined) return false;
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
}
