/**
 * How many outbound queues are more than half full. Whoever fans out waits a moment for them
 * between two batches, so that a burst does not outrun readers that are reading.
 */
export class Congestion {
  readonly #waitMs: number;
  #queues = 0;
  #relieved: (() => void) | undefined;
  #relief: Promise<void> | undefined;

  constructor(waitMs = 50) {
    this.#waitMs = waitMs;
  }

  enter(): void {
    this.#queues++;
  }

  leave(): void {
    this.#queues--;
    if (this.#queues === 0) this.#relieved?.();
  }

  /** Resolves when no queue is congested, at the latest after the wait; undefined: go on at once. */
  relief(): Promise<void> | undefined {
    if (this.#queues === 0) return undefined;
    this.#relief ??= new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#relieved = undefined;
        this.#relief = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.#waitMs);
      this.#relieved = done;
    });
    return this.#relief;
  }
}
