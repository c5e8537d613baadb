import type { Database } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import type { Directory } from '#directory/directory.js';
import { storeLastSeen } from './presence-store.ts';

export interface ComingsOptions {
  readonly db: Database;
  readonly bus: Bus;
  readonly directory: Directory;
  readonly onError: (error: unknown) => void;
  readonly now?: () => number;
}

interface Change {
  readonly online: boolean;
  readonly atMs: number;
}

/** Somebody who comes back sooner was never away: networks change, pages are loaded again. */
const graceMs = 2_000;
const toldAtOnce = 1_000;

/**
 * What the sockets of this node say of their users: gathered, checked against the other nodes,
 * stored as last seen, and told to every node.
 */
export class Comings {
  readonly #options: ComingsOptions;
  readonly #now: () => number;
  readonly #pending = new Map<string, Change>();

  constructor(options: ComingsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    options.directory.onChange(({ userId, online }) => {
      this.#pending.set(userId, { online, atMs: this.#now() });
    });
  }

  /** Tells what is due; with `all`, also who only just left. */
  async tell(all = false): Promise<void> {
    const due = [...this.#pending]
      .filter(([, { online, atMs }]) => online || all || this.#now() - atMs >= graceMs)
      .slice(0, all ? undefined : toldAtOnce)
      .map(([userId, change]) => ({ userId, ...change }));
    if (due.length === 0) return;
    for (const { userId } of due) this.#pending.delete(userId);
    const left = due.filter(({ online }) => !online);
    const elsewhere = await this.#elsewhere(left.map(({ userId }) => userId));
    const gone = left.filter(({ userId }) => !elsewhere.has(userId));
    const changes = [...due.filter(({ online }) => online), ...gone];
    if (changes.length === 0) return;
    this.#options.bus.publish([{ kind: 'notice', notice: { topic: 'presence', changes } }]);
    await storeLastSeen(this.#options.db, gone).catch(this.#options.onError);
  }

  async #elsewhere(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    try {
      return await this.#options.directory.online(userIds);
    } catch {
      // Redis is away: the other nodes look again when it is back.
      return new Set();
    }
  }
}
