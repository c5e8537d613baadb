import { nowMicros } from './clock.ts';
import type { Crew } from './crew.ts';
import type { Member } from './member.ts';
import { Pacer } from './pacer.ts';

/**
 * Sends at fixed times, whatever comes back. Latency counts from the time a send was due, not from
 * when it left, so that a stall is felt by everything that should have been sent during it.
 */
export class OpenLoop {
  readonly #crew: Crew;
  readonly #senders: readonly Member[];
  readonly #intervalMicros: number;
  #pacer: Pacer | undefined;
  #sent = 0;

  constructor(crew: Crew, senders: readonly Member[], ratePerSecond: number) {
    this.#crew = crew;
    this.#senders = senders;
    this.#intervalMicros = 1_000_000 / ratePerSecond;
  }

  start(): void {
    const pacer = new Pacer(this.#intervalMicros, () => this.#sendDue(pacer.startedAtMicros));
    this.#pacer = pacer;
  }

  async close(): Promise<void> {
    await this.#pacer?.close();
  }

  #sendDue(startedAtMicros: number): void {
    for (;;) {
      const dueMicros = Math.round(startedAtMicros + this.#sent * this.#intervalMicros);
      const lateMicros = nowMicros() - dueMicros;
      if (lateMicros < 0) return;
      const sender = this.#senders[this.#sent % this.#senders.length];
      if (sender === undefined) throw new Error('no senders');
      this.#crew.meters.lateness.record(lateMicros);
      this.#crew.send(sender, dueMicros);
      this.#sent += 1;
    }
  }
}
