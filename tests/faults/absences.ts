/** When one client was without a connection, and what it did meanwhile: why somebody waited. */
import type { ConnectionStatus, NovaClient } from '@nova/client';
import type { Absence } from './crowd-words.ts';

const most = 5;

export class Absences {
  readonly #client: number;
  /** The longest ones, the longest first. */
  #longest: Absence[] = [];
  #began = false;
  #current: { readonly fromMs: number; readonly steps: string[] } | undefined;

  constructor(client: number, connection: NovaClient['connection']) {
    this.#client = client;
    connection.subscribe(() => this.#see(connection.getSnapshot(), Date.now()));
  }

  get longest(): readonly Absence[] {
    return this.#longest;
  }

  #see({ online, phase, reason }: ConnectionStatus, nowMs: number): void {
    this.#began ||= online;
    if (!this.#began) return;
    if (!online) {
      this.#current ??= { fromMs: nowMs, steps: [] };
      const why = phase === 'waiting' && reason !== null ? ` (${reason.code})` : '';
      this.#current.steps.push(`${nowMs - this.#current.fromMs} ${phase}${why}`);
    } else if (this.#current !== undefined) {
      const absence = { client: this.#client, toMs: nowMs, ...this.#current };
      this.#longest = longestOf([...this.#longest, absence]);
      this.#current = undefined;
    }
  }
}

export const longestOf = (absences: readonly Absence[]): Absence[] =>
  absences.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, most);
