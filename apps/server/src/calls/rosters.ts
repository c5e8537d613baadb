/** Who may send signals to whom, remembered for a moment: no query for each candidate. */
import type { Queryable } from '#db/database.js';
import type { CallRoster } from '#delivery/outgoing.js';
import { callById } from './call-store.ts';
import { rosterOf } from './tell.ts';

export type Roster = CallRoster;

interface Remembered {
  readonly roster: Roster;
  readonly untilMs: number;
}

export interface RostersOptions {
  readonly db: Queryable;
  readonly cacheSize: number;
  readonly now?: () => number;
  /** Told when a call is over, whichever node ended it. */
  readonly onOver: (callId: string) => void;
}

/** What the bus did not bring is wrong for so long at most. */
const rememberMs = 5_000;

export class Rosters {
  readonly #options: RostersOptions;
  readonly #now: () => number;
  readonly #remembered = new Map<string, Remembered>();
  /** One query for all who ask at once: what was sent in order goes on in order. */
  readonly #reading = new Map<string, Promise<Roster | undefined>>();

  constructor(options: RostersOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The legs of a call; undefined where there is no such call. */
  async of(callId: string): Promise<Roster | undefined> {
    const present = this.#remembered.get(callId);
    if (present !== undefined && present.untilMs > this.#now()) return present.roster;
    return this.read(callId);
  }

  /** The same, from the database: where what is remembered lacks somebody. */
  read(callId: string): Promise<Roster | undefined> {
    const present = this.#reading.get(callId);
    if (present !== undefined) return present;
    const reading = this.#read(callId).finally(() => this.#reading.delete(callId));
    this.#reading.set(callId, reading);
    return reading;
  }

  async #read(callId: string): Promise<Roster | undefined> {
    const call = await callById(this.#options.db, callId);
    if (call === undefined) return undefined;
    const roster = rosterOf(call);
    this.#remember(roster);
    return roster;
  }

  /** What the bus says of a change. */
  learn(roster: Roster): void {
    const known = this.#remembered.get(roster.callId)?.roster;
    if (known === undefined || known.version < roster.version) this.#remember(roster);
    if (!roster.live) this.#options.onOver(roster.callId);
  }

  #remember(roster: Roster): void {
    this.#remembered.delete(roster.callId);
    // Entries live equally long, so the first in the map is the next to expire.
    for (const [oldest, { untilMs }] of this.#remembered) {
      if (this.#remembered.size < this.#options.cacheSize && untilMs > this.#now()) break;
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(roster.callId, { roster, untilMs: this.#now() + rememberMs });
  }
}
