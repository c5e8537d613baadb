import { nowMicros } from './clock.ts';
import type { Crew } from './crew.ts';
import type { Member } from './member.ts';

/**
 * Keeps `window` sends under way, from the senders in turn. What one tick's replies set free
 * leaves together, one write for each socket. A refused send is not replaced.
 */
export class ClosedLoop {
  readonly #crew: Crew;
  readonly #senders: readonly Member[];
  #next = 0;
  #free = 0;
  #running = true;

  constructor(crew: Crew, senders: readonly Member[]) {
    this.#crew = crew;
    this.#senders = senders;
  }

  start(window: number): void {
    this.#crew.onAcknowledged = () => this.#release();
    this.#free = window;
    this.#flush();
  }

  close(): void {
    this.#running = false;
  }

  #release(): void {
    if (this.#free === 0) setImmediate(() => this.#flush());
    this.#free += 1;
  }

  #flush(): void {
    const corked = new Set<Member>();
    for (; this.#running && this.#free > 0; this.#free--) {
      const sender = this.#senders[this.#next % this.#senders.length];
      if (sender === undefined) throw new Error('no senders');
      this.#next += 1;
      if (!corked.has(sender)) {
        corked.add(sender);
        sender.socket.cork();
      }
      this.#crew.send(sender, nowMicros());
    }
    for (const sender of corked) sender.socket.uncork();
  }
}
