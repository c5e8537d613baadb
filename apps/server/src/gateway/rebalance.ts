import type { Directory } from '#directory/directory.js';
import { askToMove, type Movable } from './ask-to-move.ts';

export interface RebalanceOptions {
  readonly sessions: { readonly size: number; all(): readonly Movable[] };
  readonly directory: Pick<Directory, 'shareCount'>;
  /** Who is never asked, such as somebody in a call. */
  readonly spared: (session: Movable) => boolean;
  readonly perSecond: number;
  readonly onAsked: (sockets: number) => void;
}

const turnMs = 5_000;
/** A node evens out what is more than a quarter above the average, and more than a handful. */
const clearlyMore = 1.25;
const handful = 10;
/** A device that came back here is where its balancer wants it: it is left alone for so long. */
const restMs = 600_000;

/**
 * After a scale-out the new nodes would fill up with new connections only. A node that holds clearly
 * more sockets than the average asks some of them, by chance and a few each second, to connect
 * anew. They keep working until they have; nobody is closed, and nobody asked in the middle of a call.
 */
export class Rebalance {
  readonly #options: RebalanceOptions;
  /** Devices that were asked, and when. No more than are asked in `restMs`. */
  readonly #asked = new Map<string, number>();
  #lastAsked: readonly Movable[] = [];
  #rested = false;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RebalanceOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.perSecond > 0) this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.turn().finally(() => this.#later());
    }, turnMs);
    this.#timer.unref();
  }

  /** Takes the count of this node back, so that nobody makes room for it. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turn;
    if (this.#options.perSecond === 0) return;
    await this.#options.directory.shareCount(undefined).catch(() => undefined);
  }

  async turn(nowMs = Date.now()): Promise<void> {
    const { sessions, directory, perSecond, onAsked } = this.#options;
    // While the others cannot be seen everybody stays where they are.
    const others = await directory.shareCount(sessions.size).catch(() => []);
    if (this.#closed) return;
    if (this.#lastAsked.length > 0 && !this.#rested) {
      // What the others told may be older than the arrival of those who have just left.
      this.#rested = true;
      return;
    }
    const all = sessions.all();
    const present = new Set(all);
    const going = this.#lastAsked.filter((session) => present.has(session)).length;
    this.#forget(nowMs);
    const most = Math.round((perSecond * turnMs) / 1_000);
    const asked = this.#choose(all, Math.min(most, excessOf(all.length, others, going)));
    for (const session of asked) {
      this.#asked.set(deviceOf(session), nowMs);
      askToMove(session, turnMs);
    }
    this.#lastAsked = asked;
    this.#rested = false;
    if (asked.length > 0) onAsked(asked.length);
  }

  #choose(all: readonly Movable[], count: number): readonly Movable[] {
    if (count <= 0) return [];
    const { spared } = this.#options;
    const left = all.filter((session) => !this.#asked.has(deviceOf(session)) && !spared(session));
    const chosen: Movable[] = [];
    while (chosen.length < count && left.length > 0) {
      chosen.push(...left.splice(Math.floor(Math.random() * left.length), 1));
    }
    return chosen;
  }

  #forget(nowMs: number): void {
    for (const [device, atMs] of this.#asked) {
      if (nowMs - atMs < restMs) return;
      this.#asked.delete(device);
    }
  }
}

/** Sockets above the average of all nodes, without those `going`, where they are clearly more. */
export function excessOf(own: number, others: readonly number[], going = 0): number {
  const average = others.reduce((sum, count) => sum + count, own) / (others.length + 1);
  const staying = own - going;
  const excess = Math.floor(staying - average);
  return excess > handful && staying > average * clearlyMore ? excess : 0;
}

const deviceOf = ({ userId, deviceId }: Movable): string => `${userId} ${deviceId}`;
