import type { VerifiedToken } from '#auth/verify-token.js';
import type { Session } from './session.ts';

const slots = 25;
const silentBeatsMax = 2;

/**
 * The sockets of this node. Heartbeats are spread over the interval, so that ten thousand sockets
 * are not written to in one turn.
 */
export class SessionRegistry {
  readonly #slots: readonly Set<Session>[] = Array.from(
    { length: slots },
    () => new Set<Session>(),
  );
  readonly #slotOf = new Map<Session, number>();
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  start(heartbeatIntervalMs: number): void {
    let slot = 0;
    this.#timer = setInterval(() => {
      slot = (slot + 1) % slots;
      for (const session of this.#slots[slot] ?? []) beat(session);
    }, heartbeatIntervalMs / slots);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  add(session: Session): void {
    this.#next = (this.#next + 1) % slots;
    this.#slotOf.set(session, this.#next);
    this.#slots[this.#next]?.add(session);
  }

  remove(session: Session): void {
    const slot = this.#slotOf.get(session);
    if (slot === undefined) return;
    this.#slots[slot]?.delete(session);
    this.#slotOf.delete(session);
  }

  get size(): number {
    return this.#slotOf.size;
  }

  /** Ends those whose token is among the refused ones. */
  revoke(isRefused: (token: VerifiedToken) => boolean): void {
    for (const session of this.#slotOf.keys()) {
      if (isRefused(session.token)) session.close('sessionRevoked');
    }
  }

  all(): Session[] {
    return [...this.#slotOf.keys()];
  }
}

function beat(session: Session): void {
  if (session.silentBeats >= silentBeatsMax) {
    session.close('heartbeatTimeout');
    session.terminate();
    return;
  }
  session.silentBeats++;
  session.beat();
}
