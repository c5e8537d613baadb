// Timers of the event loop round up to whole milliseconds, which would show in every latency. A
// thread that sleeps on a futex wakes the loop within some tens of microseconds instead.
import { Worker } from 'node:worker_threads';

const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const startedAt = performance.now();
  for (let tick = 1; ; tick++) {
    const waitMs = startedAt + tick * workerData.intervalMs - performance.now();
    if (waitMs > 0) Atomics.wait(sleeper, 0, 0, waitMs);
    parentPort.postMessage(tick);
  }`;

/** Calls `onTick` every `intervalMs` (fractions allowed) until closed. */
export class Pacer {
  readonly #thread: Worker;

  constructor(intervalMs: number, onTick: () => void) {
    this.#thread = new Worker(source, { eval: true, workerData: { intervalMs } });
    this.#thread.on('message', onTick);
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
