/**
 * The last signals of every leg pair. Each node hears all signals on the bus and keeps them, so a
 * leg that comes back on another node, or after its node died, finds there what it missed.
 */
import { limits } from '@nova/protocol/wire';
import { frameText } from '#delivery/encode-frame.js';
import type { SignalOutgoing } from '#delivery/outgoing.js';

/** Which way a signal goes. */
export interface Place {
  readonly callId: string;
  readonly fromLegId: string;
  readonly toLegId: string;
}

interface Kept {
  readonly number: number;
  readonly atMs: number;
  readonly frame: string;
}

interface Pair extends Place {
  /** The largest number given or heard. */
  last: number;
  kept: Kept[];
}

export interface SignalBufferOptions {
  /** Bytes of all frames on this node; past them the pairs that were quiet longest lose theirs. */
  readonly maxBytes: number;
  readonly now?: () => number;
}

export class SignalBuffer {
  readonly #maxBytes: number;
  readonly #now: () => number;
  /** In the order in which they were last written to. */
  readonly #pairs = new Map<string, Pair>();
  readonly #pairsOfCall = new Map<string, Set<string>>();
  #bytes = 0;

  constructor({ maxBytes, now = () => performance.now() }: SignalBufferOptions) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A number for a signal whose sender gave none: the next one of the pair. */
  nextNumber(place: Place): number {
    const pair = this.#touch(place);
    pair.last += 1;
    return pair.last;
  }

  /** Whether this very signal was handed on already: a retry, its first reply lost. */
  has({ fromLegId, toLegId }: Place, number: number): boolean {
    const pair = this.#pairs.get(keyOf(fromLegId, toLegId));
    if (pair === undefined) return false;
    return number <= pair.last - limits.signalsKept || pair.kept.some((k) => k.number === number);
  }

  keep({ callId, fromLegId, toLegId, number, frame }: SignalOutgoing): void {
    const place = { callId, fromLegId, toLegId };
    if (this.has(place, number)) return;
    const pair = this.#touch(place);
    pair.last = Math.max(pair.last, number);
    // The text, not the bytes: those are a part of everything that came with them.
    const text = frameText(frame);
    pair.kept.push({ number, atMs: this.#now(), frame: text });
    this.#bytes += text.length;
    this.#drop(pair, pair.kept.length - limits.signalsKept);
    for (const oldest of this.#pairs.values()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest, oldest.kept.length);
    }
  }

  /** What came for a leg after these numbers, as event frames in order; of one call only. */
  missed(
    callId: string,
    toLegId: string,
    received: readonly { readonly fromLegId: string; readonly number: number }[],
  ): string[] {
    const since = this.#now() - limits.signalsKeptMs;
    const after = new Map(received.map(({ fromLegId, number }) => [fromLegId, number]));
    return [...(this.#pairsOfCall.get(callId) ?? [])]
      .flatMap((key) => this.#pairs.get(key) ?? [])
      .filter((pair) => pair.toLegId === toLegId)
      .flatMap(({ fromLegId, kept }) =>
        kept.filter(({ number, atMs }) => number > (after.get(fromLegId) ?? 0) && atMs > since),
      )
      .sort((a, b) => a.atMs - b.atMs || a.number - b.number)
      .map(({ frame }) => frame);
  }

  forget(callId: string): void {
    for (const key of this.#pairsOfCall.get(callId) ?? []) {
      const pair = this.#pairs.get(key);
      if (pair !== undefined) this.#drop(pair, pair.kept.length);
      this.#pairs.delete(key);
    }
    this.#pairsOfCall.delete(callId);
  }

  /** Lets go of what is too old to be fetched; numbers stay as long as the call. */
  sweep(): void {
    const since = this.#now() - limits.signalsKeptMs;
    for (const pair of this.#pairs.values()) {
      const young = pair.kept.findIndex(({ atMs }) => atMs > since);
      this.#drop(pair, young < 0 ? pair.kept.length : young);
    }
  }

  #touch({ callId, fromLegId, toLegId }: Place): Pair {
    const key = keyOf(fromLegId, toLegId);
    const present = this.#pairs.get(key);
    const pair = present ?? { callId, fromLegId, toLegId, last: 0, kept: [] };
    this.#pairs.delete(key);
    this.#pairs.set(key, pair);
    if (present === undefined) {
      const keys = this.#pairsOfCall.get(callId) ?? new Set();
      this.#pairsOfCall.set(callId, keys.add(key));
    }
    return pair;
  }

  #drop(pair: Pair, count: number): void {
    if (count <= 0) return;
    for (const { frame } of pair.kept.splice(0, count)) this.#bytes -= frame.length;
  }
}

const keyOf = (fromLegId: string, toLegId: string): string => `${fromLegId} ${toLegId}`;
