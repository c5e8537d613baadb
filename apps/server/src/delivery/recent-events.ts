import type { DurableOutgoing, Frame } from './outgoing.ts';

/** Events of one conversation without a gap between them. */
interface Stretch {
  readonly firstPos: number;
  readonly frames: Frame[];
}

type Generation = Map<string, Stretch>;

/**
 * The durable events that this node heard last, whoever they went to: what a client misses while it
 * changes nodes is answered from here instead of from the database. Bounded by the size of the
 * frames; the older half goes at once.
 */
export class RecentEvents {
  readonly #maxBytes: number;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #youngBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next event of a conversation; one that does not follow begins anew. */
  add({ conversationId, pos, frame, erases }: DurableOutgoing): void {
    // What was told before is not told again once it was edited or deleted.
    if (erases === true) this.#forget(conversationId);
    if (this.#youngBytes + frame.length > this.#maxBytes / 2) this.#turn();
    this.#youngBytes += frame.length;
    const stretch = this.#young.get(conversationId);
    if (stretch !== undefined && pos === stretch.firstPos + stretch.frames.length) {
      stretch.frames.push(frame);
    } else {
      this.#young.set(conversationId, { firstPos: pos, frames: [frame] });
    }
  }

  /** The events with `afterPos < pos <= lastPos` in order; undefined where not all are here. */
  between(conversationId: string, afterPos: number, lastPos: number): readonly Frame[] | undefined {
    const young = this.#young.get(conversationId);
    const missing = Math.min(lastPos, (young?.firstPos ?? Number.POSITIVE_INFINITY) - 1);
    const older =
      afterPos < missing ? cut(this.#old.get(conversationId), afterPos, missing) : noFrames;
    if (older === undefined || lastPos <= missing) return older;
    const newer = cut(young, Math.max(afterPos, missing), lastPos);
    return newer && [...older, ...newer];
  }

  #forget(conversationId: string): void {
    this.#young.delete(conversationId);
    this.#old.delete(conversationId);
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }
}

const noFrames: readonly Frame[] = [];

function cut(
  stretch: Stretch | undefined,
  afterPos: number,
  lastPos: number,
): readonly Frame[] | undefined {
  if (stretch === undefined) return undefined;
  const from = afterPos + 1 - stretch.firstPos;
  const to = lastPos + 1 - stretch.firstPos;
  return from < 0 || to > stretch.frames.length ? undefined : stretch.frames.slice(from, to);
}
