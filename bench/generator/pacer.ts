// Timers of the event loop round up to whole milliseconds, which would show in every latency. A
// thread that sleeps on a futex wakes the loop within some tens of microseconds instead.
import { Worker } from 'node:worker_threads';
import { nowMicros } from './clock.ts';

const source = `
  const { parentPort, workerData } = require('node:worker_threads');
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const { intervalMicros, startedAtMicros } = workerData;
  const nowMicros = () => Number(process.hrtime.bigint()) / 1_000;
  let tick = Math.ceil((nowMicros() - startedAtMicros) / intervalMicros);
  for (; ; tick++) {
    const dueMicros = startedAtMicros + tick * intervalMicros;
    for (let left; (left = dueMicros - nowMicros()) > 0; ) Atomics.wait(sleeper, 0, 0, left / 1_000);
    parentPort.postMessage(tick);
  }`;

/** Calls `onTick` every `intervalMicros`, counted from `startedAtMicros`, until closed. */
export class Pacer {
  readonly startedAtMicros = nowMicros();
  readonly #thread: Worker;

  constructor(intervalMicros: number, onTick: () => void) {
    const workerData = { intervalMicros, startedAtMicros: this.startedAtMicros };
    this.#thread = new Worker(source, { eval: true, workerData });
    this.#thread.on('message', onTick);
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}
