import { nowMicros } from '../clock.ts';
import type { Meters } from '../meters.ts';
import { Pacer } from '../pacer.ts';

const tickMicros = 2_000;

type Run = (dueMicros: number) => void;

/** Does things at the times at which they are due: late rather than not, whatever comes back. */
export class Timetable {
  readonly #meters: Meters;
  readonly #pacer: Pacer;
  readonly #entries = new Set<{ readonly dueMicros: number; readonly run: Run }>();

  constructor(meters: Meters) {
    this.#meters = meters;
    this.#pacer = new Pacer(tickMicros, () => this.#runDue());
  }

  get startedAtMicros(): number {
    return this.#pacer.startedAtMicros;
  }

  /** At the first tick that is no earlier; `run` is told which that is. */
  at(micros: number, run: Run): void {
    const ticks = Math.ceil((micros - this.startedAtMicros) / tickMicros);
    this.#entries.add({ dueMicros: this.startedAtMicros + ticks * tickMicros, run });
  }

  async close(): Promise<void> {
    await this.#pacer.close();
  }

  #runDue(): void {
    for (const entry of this.#entries) {
      const lateMicros = nowMicros() - entry.dueMicros;
      if (lateMicros < 0) continue;
      this.#entries.delete(entry);
      this.#meters.lateness.record(lateMicros);
      entry.run(entry.dueMicros);
    }
  }
}
