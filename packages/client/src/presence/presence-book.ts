import type { EventPayload, Presence, PresenceDetail } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Clock } from '../clock.ts';
import { Listeners, type Observable } from '../listeners.ts';
import type { Requests } from '../requests/requests.ts';
import { type Soonest, soonest } from '../soonest.ts';

export interface PresenceBookDeps {
  readonly requests: Requests;
  readonly clock: Clock;
}

/** What is known of those who are watched. */
export interface PresenceView {
  /** `exact`, or less while the service is under load or cannot see all of itself. */
  readonly detail: PresenceDetail;
  readonly users: ReadonlyMap<string, Presence>;
}

/** A list that scrolls changes who is shown many times a second: the last one counts. */
const gatherMs = 100;
/** Clients whose service told less for a while do not all come back in one moment. */
const returnSpreadMs = 5_000;
const retryMs = 5_000;

/**
 * Who is online, of those that are shown. Watch whoever is on the screen; the book subscribes for
 * all of them together and again on every new connection.
 */
export class PresenceBook implements Observable<PresenceView> {
  readonly #deps: PresenceBookDeps;
  readonly #listeners = new Listeners();
  /** User → how many watch; the last one watched stands last. */
  readonly #watched = new Map<string, number>();
  readonly #subscribeSoon: Soonest;
  #view: PresenceView = { detail: 'exact', users: new Map() };
  #connected = false;
  #asked = 0;

  constructor(deps: PresenceBookDeps) {
    this.#deps = deps;
    this.#subscribeSoon = soonest(deps.clock, () => void this.#subscribe());
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  getSnapshot(): PresenceView {
    return this.#view;
  }

  /** Undefined of somebody who is not watched, not known yet, or not ours to see. */
  get(userId: string): Presence | undefined {
    return this.#view.users.get(userId);
  }

  /**
   * Follows users until the returned function is called. Of more than the service allows those
   * watched last are followed.
   */
  watch(userIds: readonly string[]): () => void {
    const ids = new Set(userIds);
    for (const userId of ids) {
      const count = this.#watched.get(userId) ?? 0;
      this.#watched.delete(userId);
      this.#watched.set(userId, count + 1);
    }
    this.#subscribeWithin(gatherMs);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      for (const userId of ids) {
        const count = this.#watched.get(userId) ?? 0;
        if (count > 1) this.#watched.set(userId, count - 1);
        else this.#watched.delete(userId);
      }
      this.#subscribeWithin(gatherMs);
    };
  }

  /** Requests go over a new socket, which follows nobody yet. */
  connected(): void {
    this.#connected = true;
    if (this.#watched.size > 0) this.#subscribeWithin(0);
  }

  receive({ detail, users }: EventPayload<'presence.changed'>): void {
    const returned = detail === 'exact' && this.#view.detail !== 'exact';
    this.#tell(detail, [...this.#view.users.values(), ...users]);
    if (returned) this.#subscribeWithin(this.#deps.clock.random() * returnSpreadMs);
  }

  close(): void {
    this.#connected = false;
    this.#subscribeSoon.cancel();
  }

  #subscribeWithin(delayMs: number): void {
    if (this.#connected) this.#subscribeSoon.within(delayMs);
  }

  async #subscribe(): Promise<void> {
    const asked = ++this.#asked;
    const userIds = [...this.#watched.keys()].slice(-limits.presenceUsers);
    try {
      const { detail, users } = await this.#deps.requests.request('presence.subscribe', {
        userIds,
      });
      if (asked === this.#asked) this.#tell(detail, users);
    } catch {
      if (asked === this.#asked) this.#subscribeWithin(retryMs);
    }
  }

  #tell(detail: PresenceDetail, users: readonly Presence[]): void {
    const watched = users.filter(({ userId }) => this.#watched.has(userId));
    this.#view = { detail, users: new Map(watched.map((user) => [user.userId, user])) };
    this.#listeners.call();
  }
}
