import type { Bus } from '#delivery/bus.js';
import type { RedisPool } from '#redis/redis-pool.js';
import type { ComingOrGoing, Connected, Directory } from './directory.ts';
import { LocalSessions } from './local-sessions.ts';
import { NodeLeases } from './node-leases.ts';
import { entrySeconds, register, unregister } from './scripts.ts';
import { shareCount } from './socket-counts.ts';

export interface RedisDirectoryOptions {
  readonly redis: RedisPool;
  readonly bus: Bus;
  readonly nodeId: string;
  readonly epoch: () => string;
  /** Nodes heard on the bus within a lease's time. */
  readonly heard: () => ReadonlySet<string>;
  /** Sockets a user may have, on all nodes together. */
  readonly socketsPerUser: number;
}

const renewedAtOnce = 200;
const unsaidMax = 50_000;
const renewEveryMs = (entrySeconds * 1_000) / 3;

/**
 * The directory of all nodes, in Redis. A socket is served before it is entered: while Redis is
 * away nobody waits, limits and replacement hold for each node alone, and everything is entered
 * once Redis is back.
 */
export class RedisDirectory implements Directory {
  readonly #options: RedisDirectoryOptions;
  readonly #sessions = new LocalSessions();
  readonly #leases: NodeLeases;
  readonly #listeners: ((change: ComingOrGoing) => void)[] = [];
  readonly #nodesListeners: (() => void)[] = [];
  /** Closed while Redis was away, and entered there still. */
  readonly #unsaid = new Set<Connected>();
  readonly #leaving = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #renewing = false;
  #closed = false;

  constructor(options: RedisDirectoryOptions) {
    this.#options = options;
    this.#leases = new NodeLeases({
      redis: options.redis,
      nodeId: options.nodeId,
      key: () => `${this.#prefix}:nodes`,
      onChange: () => {
        for (const listener of this.#nodesListeners) listener();
      },
    });
    options.bus.subscribe((batch) => {
      for (const event of batch) if (event.kind === 'notice') this.#sessions.obey(event.notice);
    });
  }

  get complete(): boolean {
    return this.#options.redis.answers;
  }

  /** Called when Redis is there, for the first time or again: it may have forgotten everything. */
  async redisCame(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.#renewAll(), renewEveryMs);
    await this.#leases.renew();
    await this.#renewAll();
    for (const listener of this.#nodesListeners) listener();
  }

  opened(session: Connected): void {
    const first = !this.#sessions.has(session.userId);
    this.#sessions.add(session);
    if (first) this.#tell({ userId: session.userId, online: true });
    this.#enter(session, 'open').catch(() => undefined);
  }

  closed(session: Connected): void {
    this.#sessions.remove(session);
    const left = this.#leave(session).then(
      (remaining) => this.#left(session, remaining),
      () => {
        if (this.#unsaid.size < unsaidMax) this.#unsaid.add(session);
        this.#left(session, 0);
      },
    );
    this.#leaving.add(left);
    void left.finally(() => this.#leaving.delete(left));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  async online(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { redis } = this.#options;
    const alive = this.#alive();
    const found = await Promise.all(
      userIds.map(async (userId) => {
        if (this.#sessions.has(userId)) return userId;
        const entries = await redis.ask(
          (connection) => connection.hvals(this.#key(userId)),
          userId,
        );
        const present = entries.some((entry) => alive.has(entry.split(' ', 1)[0] ?? ''));
        return present ? userId : undefined;
      }),
    );
    return new Set(found.filter((userId) => userId !== undefined));
  }

  async shareCount(sockets: number | undefined): Promise<readonly number[]> {
    const { redis, nodeId } = this.#options;
    const key = `${this.#prefix}:sockets`;
    const alive = this.#alive();
    return await redis.ask((connection) => shareCount(connection, { key, nodeId, sockets, alive }));
  }

  onChange(listener: (change: ComingOrGoing) => void): void {
    this.#listeners.push(listener);
  }

  onNodesChanged(listener: () => void): void {
    this.#nodesListeners.push(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#leases.close();
  }

  /** A node that was just heard may have taken its lease after we last asked. */
  #alive(): ReadonlySet<string> {
    return new Set([...this.#leases.alive, ...this.#options.heard()]);
  }

  get #prefix(): string {
    return `nova:${this.#options.epoch().slice(0, 8)}`;
  }

  #key(userId: string): string {
    return `${this.#prefix}:user:${userId}`;
  }

  #leave({ userId, deviceId, sessionId }: Connected): Promise<number> {
    const words = [deviceId, sessionId, ...this.#alive()];
    return this.#eval(unregister, userId, words) as Promise<number>;
  }

  #left({ userId }: Connected, remaining: number): void {
    if (remaining === 0 && !this.#sessions.has(userId)) this.#tell({ userId, online: false });
  }

  #tell(change: ComingOrGoing): void {
    for (const listener of this.#listeners) listener(change);
  }

  async #renewAll(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    try {
      const unsaid = [...this.#unsaid];
      this.#unsaid.clear();
      await Promise.all(unsaid.map((session) => this.#leave(session)));
      const sessions = this.#sessions.all();
      for (let first = 0; first < sessions.length && !this.#closed; first += renewedAtOnce) {
        const some = sessions.slice(first, first + renewedAtOnce);
        const present = some.filter((session) => this.#sessions.holds(session));
        await Promise.all(present.map((session) => this.#enter(session, 'renew')));
      }
    } catch {
      // Redis went away again; its return begins anew.
    } finally {
      this.#renewing = false;
    }
  }

  async #enter(session: Connected, how: 'open' | 'renew'): Promise<void> {
    const { userId, deviceId, sessionId, openedAtMs } = session;
    const { nodeId, bus, socketsPerUser } = this.#options;
    const words = [deviceId, nodeId, sessionId, openedAtMs, socketsPerUser, how];
    const [outcome, previous = ''] = (await this.#eval(register, userId, [
      ...words,
      ...this.#alive(),
    ])) as readonly string[];
    if (outcome === 'full') session.close('tooManyDevices');
    if (outcome === 'replaced') session.close('replaced');
    const [node, replaced] = previous.split(' ');
    if (replaced === undefined || node === nodeId) return;
    const notice = { topic: 'sessionReplaced', userId, sessionId: replaced } as const;
    bus.publish([{ kind: 'notice', notice }]);
  }

  #eval(script: string, userId: string, words: readonly (string | number)[]): Promise<unknown> {
    return this.#options.redis.ask<unknown>(
      (connection) => connection.eval(script, 1, this.#key(userId), ...words),
      userId,
    );
  }
}
