export interface PulseOptions {
  /** This node, as its messages are signed. */
  readonly self: string;
  readonly ping: () => void;
  /** The bus answers (our own messages come back) or does not. */
  readonly onReachable: (reachable: boolean) => void;
  /** Reachable, and every other node is heard too: then the tail has little to do. */
  readonly onSteady: (steady: boolean) => void;
  /** Called while nothing comes back, after each `renewMs`. */
  readonly onStale: () => void;
  readonly renewMs: number;
  readonly now?: () => number;
}

const beatMs = 100;
/** Own messages that take longer than this to come back are taken for lost. */
const silentMs = 250;
const peerSilentMs = 500;
/** A node that said no farewell is listened for so long. */
const peerForgottenMs = 30_000;

/**
 * Whether the bus carries, found out by listening: every node pings ten times a second and hears
 * itself and the others. A frozen Redis or a dead way to it shows within a quarter of a second,
 * where TCP would need minutes.
 */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #now: () => number;
  readonly #peers = new Map<string, number>();
  /** Before the first answer: as long ago as it takes to be called silent. */
  #heardAt: number;
  #staleAt = 0;
  #checkedAt = 0;
  #reachable = false;
  #steady = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#heardAt = this.#now() - silentMs - 1;
  }

  start(): void {
    this.#staleAt = this.#now();
    this.#checkedAt = this.#now();
    this.#timer = setInterval(() => this.#tick(), beatMs);
    this.#options.ping();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  get reachable(): boolean {
    return this.#reachable;
  }

  /** Milliseconds since anything of ours came back. */
  get silentMs(): number {
    return this.#now() - this.#heardAt;
  }

  heard(sender: string): void {
    const now = this.#now();
    if (sender === this.#options.self) {
      this.#heardAt = now;
      this.#staleAt = now;
      if (!this.#reachable) this.check();
    } else {
      this.#peers.set(sender, now);
    }
  }

  /** Something may have been missed: silent until the next message comes back. */
  broke(): void {
    this.#heardAt = Math.min(this.#heardAt, this.#now() - silentMs - 1);
    this.check();
  }

  /** The other nodes that were heard so recently. */
  heardWithin(ms: number): ReadonlySet<string> {
    const since = this.#now() - ms;
    return new Set([...this.#peers].filter(([, at]) => at >= since).map(([sender]) => sender));
  }

  left(sender: string): void {
    this.#peers.delete(sender);
  }

  #tick(): void {
    this.#options.ping();
    const now = this.#now();
    const late = now - this.#checkedAt > beatMs * 2;
    this.#checkedAt = now;
    // After a pause of this process what was heard meanwhile has still to be read.
    if (late) setImmediate(() => this.check());
    else this.check();
  }

  /** Judges anew; called on each beat. */
  check(): void {
    const now = this.#now();
    const reachable = now - this.#heardAt <= silentMs;
    let steady = reachable;
    for (const [sender, at] of this.#peers) {
      if (now - at > peerForgottenMs) this.#peers.delete(sender);
      else if (now - at > peerSilentMs) steady = false;
    }
    if (!reachable && now - this.#staleAt > this.#options.renewMs) {
      this.#staleAt = now;
      this.#options.onStale();
    }
    if (reachable !== this.#reachable) {
      this.#reachable = reachable;
      this.#options.onReachable(reachable);
    }
    if (steady !== this.#steady) {
      this.#steady = steady;
      this.#options.onSteady(steady);
    }
  }
}
