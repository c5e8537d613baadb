import type { Peer } from './peer.ts';

type Flow = 'connected' | 'reconnecting';

/** Tells the service whether media flows: a leg that says nothing is given up. */
export class FlowReporter {
  readonly #report: (state: Flow) => Promise<unknown>;
  #told: Flow | null = null;

  constructor(report: (state: Flow) => Promise<unknown>) {
    this.#report = report;
  }

  /** Says it again, to a service that may have forgotten. */
  forget(): void {
    this.#told = null;
  }

  follow(peers: readonly Pick<Peer, 'state'>[]): void {
    const connected = peers.some(({ state }) => state === 'connected');
    const lost = !connected && peers.some(({ state }) => state === 'reconnecting');
    const state = connected ? 'connected' : lost ? 'reconnecting' : null;
    if (state === this.#told) return;
    this.#told = state;
    if (state === null) return;
    this.#report(state).catch(() => {
      if (this.#told === state) this.#told = null;
    });
  }
}
