/** What a view needs to follow something: React's `useSyncExternalStore` takes the two as they are. */
export interface Observable<Snapshot> {
  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: () => void): () => void;
  /** The same object until something changed. */
  getSnapshot(): Snapshot;
}

/** A set of callbacks. One that throws does not keep the others from being called. */
export class Listeners<Args extends readonly unknown[] = []> {
  readonly #listeners = new Set<(...args: Args) => void>();

  add(listener: (...args: Args) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  call(...args: Args): void {
    for (const listener of this.#listeners) {
      try {
        listener(...args);
      } catch (error) {
        reportUncaught(error);
      }
    }
  }
}

// The error is the application's: it surfaces as an uncaught one, outside our own call stack.
function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
