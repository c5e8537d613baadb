import type { Presence, PresenceDetail } from '@nova/protocol';
import type { Database } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import { encodeFrame } from '#delivery/encode-frame.js';
import type { Notice } from '#delivery/outgoing.js';
import type { Directory } from '#directory/directory.js';
import { Comings } from './comings.ts';
import { type bounds, detailUnder } from './load.ts';
import { storeLastSeen, type VisibleUser, visibleUsers } from './presence-store.ts';
import { WatchList } from './watch-list.ts';

/** A socket that follows users. */
export interface Watcher {
  readonly userId: string;
  readonly open: boolean;
  sendEphemeral(bytes: Buffer): void;
}

export interface PresenceOptions {
  readonly db: Database;
  readonly bus: Bus;
  readonly directory: Directory;
  readonly onDetail?: (detail: PresenceDetail, watched: number) => void;
  readonly onSent?: (frames: number) => void;
  readonly onError: (error: unknown) => void;
  readonly bounds?: typeof bounds;
}

type Changes = Extract<Notice, { topic: 'presence' }>['changes'];

interface Known {
  readonly online: boolean;
  readonly lastSeenAtMs: number | undefined;
  /** Counts changes: a later one is newer than a look-up that began before it. */
  readonly change: number;
}

const beatMs = 2_000;
const recentMs = 3_600_000;
/** Everybody followed is looked up anew so often, whatever was told. */
const refreshEveryMs = 30_000;
const lookedUpAtOnce = 500;
const judgedAtOnce = 100;

/** Who is online, as told to the sockets of this node. */
export class PresenceWatch {
  readonly #options: PresenceOptions;
  readonly #comings: Comings;
  readonly #watches = new WatchList<Watcher>();
  /** What was last told of each user who is followed. */
  readonly #known = new Map<string, Known>();
  #load: PresenceDetail = 'exact';
  #told: PresenceDetail = 'exact';
  /** Sockets whose right to see somebody may have ended. */
  readonly #doubtful = new Set<Watcher>();
  #changes = 0;
  #sends = 0;
  #beating: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #refreshedAt = Date.now();
  #stale = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#comings = new Comings(options);
    options.directory.onNodesChanged(() => {
      this.#stale = true;
    });
    options.bus.subscribe((batch) => {
      for (const event of batch) {
        if (event.kind === 'notice' && event.notice.topic === 'presence') {
          this.#apply(event.notice.changes);
        } else if (event.kind === 'durable' && event.left !== undefined) {
          this.#doubt(new Set(event.left));
        }
      }
    });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#beating ??= this.#beat()
        .catch(this.#options.onError)
        .finally(() => {
          this.#beating = undefined;
        });
    }, beatMs);
    this.#timer.unref();
  }

  /** Call it after the sockets are closed: it tells and stores who was last seen by them. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#options.directory.settled();
    await this.#comings.tell(true).catch(this.#options.onError);
  }

  /** How much is told now. */
  get detail(): PresenceDetail {
    if (this.#load === 'exact' && !this.#options.directory.complete) return 'recently';
    return this.#load;
  }

  /** The presence of those the viewer may see; from now on `watcher` is told of their changes. */
  async subscribe(
    viewerId: string,
    userIds: readonly string[],
    watcher: Watcher | undefined,
  ): Promise<{ readonly detail: PresenceDetail; readonly users: Presence[] }> {
    const { db, directory } = this.#options;
    const began = this.#changes;
    const visible = await visibleUsers(db, viewerId, [...new Set(userIds)]);
    const { detail } = this;
    const ids = visible.map(({ userId }) => userId);
    // In place before the look-up: what changes meanwhile comes as an event.
    if (watcher?.open === true) {
      this.#watches.replace(watcher, new Set(detail === 'off' ? [] : ids));
    }
    if (detail === 'off') return { detail, users: [] };
    const online = await directory.online(ids).catch(() => undefined);
    const users = visible.map((user) => this.#learn(user, online, began));
    return { detail, users: users.map((user) => shown(user, detail)) };
  }

  forget(watcher: Watcher): void {
    this.#watches.forget(watcher);
    this.#doubtful.delete(watcher);
  }

  #learn(
    { userId, lastSeenAt }: VisibleUser,
    online: ReadonlySet<string> | undefined,
    began: number,
  ): Known & { readonly userId: string } {
    const known = this.#known.get(userId);
    if (known !== undefined && (online === undefined || known.change > began)) {
      return { userId, ...known };
    }
    const found = {
      online: online?.has(userId) === true,
      lastSeenAtMs: lastSeenAt?.getTime(),
      change: began,
    };
    if (online !== undefined && this.#watches.users.has(userId)) {
      if (known === undefined) this.#known.set(userId, found);
      else this.#apply([{ userId, online: found.online, atMs: found.lastSeenAtMs ?? Date.now() }]);
    }
    return { userId, ...found };
  }

  #doubt(left: ReadonlySet<string>): void {
    for (const userId of left) {
      for (const watcher of this.#watches.users.get(userId) ?? []) this.#doubtful.add(watcher);
    }
    for (const watcher of this.#watches.sockets.keys()) {
      if (left.has(watcher.userId)) this.#doubtful.add(watcher);
    }
  }

  /** Who no longer shares a conversation with somebody is told of them no more. */
  async #judge(): Promise<void> {
    for (const watcher of [...this.#doubtful].slice(0, judgedAtOnce)) {
      this.#doubtful.delete(watcher);
      const followed = this.#watches.sockets.get(watcher);
      if (followed === undefined) continue;
      const visible = await visibleUsers(this.#options.db, watcher.userId, [...followed]);
      if (!watcher.open || this.#watches.sockets.get(watcher) !== followed) continue;
      this.#watches.replace(watcher, new Set(visible.map(({ userId }) => userId)));
    }
  }

  async #beat(): Promise<void> {
    await this.#comings.tell();
    await this.#judge();
    for (const userId of this.#known.keys()) {
      if (!this.#watches.users.has(userId)) this.#known.delete(userId);
    }
    const watched = this.#watches.users.size;
    const load = { watched, sendsPerSecond: (this.#sends * 1_000) / beatMs };
    this.#sends = 0;
    this.#load = detailUnder(load, this.#load, this.#options.bounds);
    this.#options.onDetail?.(this.detail, watched);
    if (this.detail !== this.#told) {
      this.#told = this.detail;
      const frame = frameOf(this.#told, []);
      for (const watcher of this.#watches.sockets.keys()) watcher.sendEphemeral(frame);
    }
    if (this.detail !== 'exact') return;
    if (!this.#stale && Date.now() - this.#refreshedAt < refreshEveryMs) return;
    this.#stale = false;
    this.#refreshedAt = Date.now();
    await this.#refresh();
  }

  /** Finds what no notice told: sockets that died with their node, and notices that were lost. */
  async #refresh(): Promise<void> {
    const { db, directory } = this.#options;
    const all = [...this.#known.keys()];
    for (let first = 0; first < all.length; first += lookedUpAtOnce) {
      const some = all.slice(first, first + lookedUpAtOnce);
      const online = await directory.online(some);
      const atMs = Date.now();
      const changes = some
        .map((userId) => ({ userId, online: online.has(userId), atMs }))
        .filter((change) => this.#known.get(change.userId)?.online === !change.online);
      this.#apply(changes);
      await storeLastSeen(
        db,
        changes.filter((change) => !change.online),
      );
    }
  }

  #apply(changes: Changes): void {
    const news = new Map<Watcher, Presence[]>();
    for (const { userId, online, atMs } of changes) {
      const watchers = this.#watches.users.get(userId);
      if (watchers === undefined || this.#known.get(userId)?.online === online) continue;
      const change = ++this.#changes;
      const known = { online, lastSeenAtMs: online ? undefined : atMs, change };
      this.#known.set(userId, known);
      this.#sends += watchers.size;
      if (this.detail !== 'exact') continue;
      const user = shown({ userId, ...known }, 'exact');
      for (const watcher of watchers) {
        const users = news.get(watcher);
        if (users === undefined) news.set(watcher, [user]);
        else users.push(user);
      }
    }
    for (const [watcher, users] of news) watcher.sendEphemeral(frameOf('exact', users));
    if (news.size > 0) this.#options.onSent?.(news.size);
  }
}

function shown(
  { userId, online, lastSeenAtMs }: Omit<Known, 'change'> & { readonly userId: string },
  detail: PresenceDetail,
): Presence {
  if (detail === 'recently') {
    const recently = online || Date.now() - (lastSeenAtMs ?? 0) < recentMs;
    return { userId, state: recently ? 'recently' : 'offline' };
  }
  if (online) return { userId, state: 'online' };
  if (lastSeenAtMs === undefined) return { userId, state: 'offline' };
  return { userId, state: 'offline', lastSeenAt: new Date(lastSeenAtMs).toISOString() };
}

function frameOf(detail: PresenceDetail, users: readonly Presence[]): Buffer {
  return encodeFrame(JSON.stringify({ event: 'presence.changed', data: { detail, users } }));
}
