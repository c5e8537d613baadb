interface Flushable {
  flush(): void;
}

/**
 * Gathers everything queued during one turn of the event loop, so that each socket is written to
 * once: the system call, not the copying, is what a delivery costs.
 */
export class FlushTurn {
  #dirty: Flushable[] = [];

  add(queue: Flushable): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#run());
    this.#dirty.push(queue);
  }

  #run(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const queue of dirty) queue.flush();
  }
}
