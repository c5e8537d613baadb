import type { Frame } from '#delivery/outgoing.js';
import type { Horizon } from '#log/cursor.js';
import { decodeCursor, encodeCursor } from '#log/cursor.js';
import { checkEpoch, type PositionSource } from '#sync/list-events.js';
import type { Replayed } from '#sync/replay.js';
import { NovaError } from '../errors.ts';
import type { Session } from './session.ts';

export interface ReplayingDeps {
  readonly position: PositionSource;
  readonly replay: (
    userId: string,
    from: Horizon,
    emit: (frames: readonly Frame[]) => Promise<void> | undefined,
  ) => Promise<Replayed>;
  readonly onReplayed: (seconds: number, replayed: Replayed) => void;
  readonly onError: (error: unknown) => void;
}

/** Live frames that may wait behind a replay; past them the replay goes one more round. */
const heldMax = 2_048;
const maxRounds = 8;

/**
 * Brings a socket up to date from the log while live events wait behind: on resume, and after the
 * reader fell behind. Registered first, read second, applied third: nothing falls between.
 */
export class Replaying {
  readonly #session: Session;
  readonly #deps: ReplayingDeps;
  #held: { readonly bytes: Buffer; readonly frames: number }[] = [];
  #heldFrames = 0;
  #overflowed = false;
  #running = false;
  #ended = false;
  #resumeAsked = false;
  /** Brings up to date after falling behind; never rejects. */
  #catchingUp: Promise<void> | undefined;
  /** Where the replay must begin that the session owes itself after falling behind. */
  #owedFrom: Horizon | undefined;
  /** While a replay is under way: what is past it has not been sent. */
  #replayFrom: Horizon | undefined;

  constructor(session: Session, deps: ReplayingDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  get active(): boolean {
    return this.#running;
  }

  hold(bytes: Buffer, frames: number): boolean {
    if (!this.#running) return false;
    if (this.#heldFrames + frames > heldMax) {
      this.#overflowed = true;
      this.#held = [];
      this.#heldFrames = 0;
    }
    if (!this.#overflowed) {
      this.#held.push({ bytes, frames });
      this.#heldFrames += frames;
    }
    return true;
  }

  /** Where a resume has to begin now, if that is not where the log stands. */
  get unsentFrom(): Horizon | undefined {
    if (this.#replayFrom === undefined || this.#owedFrom === undefined) {
      return this.#replayFrom ?? this.#owedFrom;
    }
    return this.#replayFrom < this.#owedFrom ? this.#replayFrom : this.#owedFrom;
  }

  /** What was held behind a replay may be older than the log's position: it began before. */
  fellBehind(): void {
    this.#owedFrom ??= this.#replayFrom ?? this.#deps.position.horizon;
  }

  /** The reader has taken everything again: what was dropped comes from the log. */
  catchUp(): void {
    const from = this.#owedFrom;
    if (from === undefined || this.#running) return;
    this.#owedFrom = undefined;
    this.#catchingUp = this.#run(from, 'behind')
      .then(() => undefined)
      .catch((error: unknown) => {
        this.#deps.onError(error);
        this.#session.close('serverError');
      });
  }

  /** `session.resume`: resolves after `session.resumed` was sent. */
  async resume(cursor: string, epoch: string): Promise<Pick<Replayed, 'replayed' | 'snapshots'>> {
    const { position } = this.#deps;
    checkEpoch(epoch, position.epoch);
    const from = decodeCursor(cursor, position.horizon);
    if (this.#resumeAsked) throw new NovaError('invalidRequest', 'a resume is under way already');
    this.#resumeAsked = true;
    try {
      // A socket may fall behind before its client has asked to resume.
      while (this.#running) await this.#catchingUp;
      const { replayed, snapshots } = await this.#run(from, 'resume');
      return { replayed, snapshots };
    } finally {
      this.#resumeAsked = false;
    }
  }

  end(): void {
    this.#ended = true;
    this.#held = [];
  }

  async #run(first: Horizon, source: 'resume' | 'behind'): Promise<Replayed> {
    const started = performance.now();
    this.#running = true;
    this.#replayFrom = first;
    let total: Replayed = { replayed: 0, snapshots: 0, read: 0 };
    try {
      let from: Horizon | undefined = first;
      for (let round = 0; from !== undefined; round++) {
        if (round === maxRounds) this.#session.close('slowConsumer');
        if (round === maxRounds || this.#ended) return total;
        const next: Horizon = this.#deps.position.horizon;
        this.#overflowed = false;
        const done = await this.#deps.replay(this.#session.userId, from, (frames) =>
          this.#session.replay(frames),
        );
        total = {
          replayed: total.replayed + done.replayed,
          snapshots: total.snapshots + done.snapshots,
          read: total.read + done.read,
        };
        this.#replayFrom = next;
        from = this.#overflowed ? next : undefined;
        if (from === undefined && source === 'resume') {
          const { replayed, snapshots } = total;
          const cursor = encodeCursor(next);
          this.#session.control('session.resumed', { cursor, replayed, snapshots });
        }
      }
    } finally {
      this.#running = false;
      const held = this.#held;
      this.#held = [];
      this.#heldFrames = 0;
      for (const { bytes, frames } of held) this.#session.release(bytes, frames);
      this.#replayFrom = undefined;
    }
    // The reader may have drained meanwhile; while it has not, it says so when it has.
    if (!this.#session.behind) this.catchUp();
    this.#deps.onReplayed((performance.now() - started) / 1000, total);
    return total;
  }
}
