import type { Clock } from './clock.ts';

/** Runs something when the earliest of several wishes is due, with a single timer for them all. */
export interface Soonest {
  /** At the latest after so long. */
  within(delayMs: number): void;
  cancel(): void;
}

export function soonest(clock: Clock, run: () => void): Soonest {
  let dueMs = Number.POSITIVE_INFINITY;
  let callOff = (): void => {};
  return {
    within(delayMs) {
      const atMs = clock.now() + delayMs;
      if (atMs >= dueMs) return;
      callOff();
      dueMs = atMs;
      callOff = clock.after(delayMs, () => {
        dueMs = Number.POSITIVE_INFINITY;
        run();
      });
    },
    cancel() {
      callOff();
      dueMs = Number.POSITIVE_INFINITY;
    },
  };
}
