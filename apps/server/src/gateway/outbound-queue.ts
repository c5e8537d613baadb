import type { Duplex } from 'node:stream';
import type { Congestion } from './congestion.ts';
import type { FlushTurn } from './flush-turn.ts';

/** Shared by all sockets of a node. */
export interface OutboundOptions {
  readonly maxFrames: number;
  readonly turn: FlushTurn;
  readonly congestion: Congestion;
  readonly onDropped: (frames: number) => void;
}

/** Whose queue it is. */
export interface OutboundOwner {
  /** The reader fell behind; durable frames were dropped. */
  fellBehind(): void;
  /** It has taken everything that was queued and can be brought up to date from the log. */
  caughtUp(): void;
  /** Nothing was taken for `stuckMs` while frames waited. */
  stuck(): void;
}

const stuckMs = 2_000;
/** Up to this size frames are copied together: cheaper than a vectored write. */
const copyBytes = 16_384;
/** Written at once at most (a larger frame goes alone): what a slow reader must take in time. */
const stepBytes = 65_536;
/** So many waiting bytes are a crowd, however few the frames. */
const crowdBytes = 4_194_304;

/**
 * What waits for one socket. Frames go straight to the kernel while it takes them; at most
 * `maxFrames` wait here. From half full ephemeral frames are dropped; past full the queue stands
 * still (`behind`) until its owner replays from the log, and a reader that takes nothing for two
 * seconds is given up.
 */
export class OutboundQueue {
  readonly #socket: Duplex;
  readonly #options: OutboundOptions;
  readonly #owner: OutboundOwner;
  #pending: { readonly bytes: Buffer; readonly frames: number }[] = [];
  #frames = 0;
  #bytes = 0;
  #queued = false;
  #writing = false;
  #congested = false;
  #behind = false;
  #stuck: NodeJS.Timeout | undefined;
  #ended = false;
  #roomWaiters: (() => void)[] = [];

  constructor(socket: Duplex, options: OutboundOptions, owner: OutboundOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.#options = options;
  }

  get behind(): boolean {
    return this.#behind;
  }

  get idle(): boolean {
    return this.#frames === 0 && !this.#writing;
  }

  send(bytes: Buffer, frames: number): void {
    if (this.#ended) return;
    const { maxFrames } = this.#options;
    if (this.#behind || (this.#writing && this.#frames + frames > maxFrames)) {
      this.#options.onDropped(frames);
      if (this.#behind) return;
      this.#behind = true;
      this.#owner.fellBehind();
      return;
    }
    this.#push(bytes, frames);
  }

  sendEphemeral(bytes: Buffer): void {
    if (this.#ended) return;
    if (this.#behind || (this.#writing && this.#frames >= this.#options.maxFrames / 2)) {
      this.#options.onDropped(1);
      return;
    }
    this.#push(bytes, 1);
  }

  /** Replies and control frames: bounded by the requests in flight, never dropped. */
  sendControl(bytes: Buffer): void {
    if (!this.#ended) this.#push(bytes, 1);
  }

  /** Half full or more while the kernel takes nothing. */
  get crowded(): boolean {
    if (this.#ended || !this.#writing) return false;
    return this.#frames >= this.#options.maxFrames / 2 || this.#bytes >= crowdBytes;
  }

  /** For a replay: undefined while there is room, otherwise resolves when there is. */
  room(): Promise<void> | undefined {
    if (!this.crowded) return undefined;
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  flush(): void {
    this.#queued = false;
    if (this.#writing || this.#frames === 0 || this.#ended) return;
    while (this.#frames > 0) {
      this.#write(this.#nextStep());
      if (this.#socket.writableLength > 0) {
        this.#writing = true;
        this.#stuck ??= setTimeout(() => this.#owner.stuck(), stuckMs).unref();
        return;
      }
    }
  }

  #nextStep(): Buffer[] {
    const step: Buffer[] = [];
    let size = 0;
    for (const { bytes, frames } of this.#pending) {
      if (size > 0 && size + bytes.length > stepBytes) break;
      step.push(bytes);
      size += bytes.length;
      this.#frames -= frames;
    }
    this.#bytes -= size;
    if (step.length === this.#pending.length) this.#pending = [];
    else this.#pending.splice(0, step.length);
    return step;
  }

  end(): void {
    this.#ended = true;
    this.#pending = [];
    this.#frames = 0;
    clearTimeout(this.#stuck);
    this.#relieve();
  }

  #push(bytes: Buffer, frames: number): void {
    this.#pending.push({ bytes, frames });
    this.#bytes += bytes.length;
    this.#frames += frames;
    if (this.#writing) {
      if (!this.#congested && this.#frames >= this.#options.maxFrames / 2) {
        this.#congested = true;
        this.#options.congestion.enter();
      }
    } else if (!this.#queued) {
      this.#queued = true;
      this.#options.turn.add(this);
    }
  }

  #write(pending: readonly Buffer[]): void {
    const [first] = pending;
    if (first === undefined) return;
    if (pending.length === 1) {
      this.#socket.write(first, this.#onWritten);
      return;
    }
    const bytes = pending.reduce((sum, part) => sum + part.length, 0);
    if (bytes <= copyBytes) {
      this.#socket.write(Buffer.concat(pending as Buffer[], bytes), this.#onWritten);
      return;
    }
    this.#socket.cork();
    for (const part of pending) this.#socket.write(part, this.#onWritten);
    this.#socket.uncork();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error || !this.#writing || this.#ended) return;
    clearTimeout(this.#stuck);
    this.#stuck = undefined;
    if (this.#socket.writableLength > 0) {
      this.#stuck = setTimeout(() => this.#owner.stuck(), stuckMs).unref();
      return;
    }
    this.#writing = false;
    this.flush();
    if (!this.crowded) this.#relieve();
    if (this.#behind && this.idle) {
      this.#behind = false;
      this.#owner.caughtUp();
    }
  };

  #relieve(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const resume of waiters) resume();
    if (!this.#congested) return;
    this.#congested = false;
    this.#options.congestion.leave();
  }
}
