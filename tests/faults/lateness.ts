/** How late messages reach one client, from the moment their senders pressed send. */
import type { Late } from './crowd-words.ts';

const lateFromMs = 200;
const bucketMs = 1_000;
/** Bounds of the counted delays, milliseconds; the last holds what is longer. */
const boundsMs = Array.from({ length: 200 }, (_, step) => Math.ceil(1.07 ** step));

export class Lateness {
  /** The latest of each second. */
  readonly late: Late[] = [];
  /** How many arrived within each of the bounds. */
  readonly counts: number[] = boundsMs.map(() => 0);

  /** `id`: a UUID of version 7, which begins with the milliseconds at which it was made. */
  see(id: string, nowMs: number): void {
    const sentMs = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
    const delayMs = nowMs - sentMs;
    const at = boundsMs.findIndex((boundMs) => delayMs <= boundMs);
    const bucket = at < 0 ? boundsMs.length - 1 : at;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    if (delayMs < lateFromMs) return;
    const last = this.late.at(-1);
    if (last !== undefined && Math.floor(last.toMs / bucketMs) === Math.floor(nowMs / bucketMs)) {
      if (delayMs > last.toMs - last.fromMs)
        this.late.splice(-1, 1, { fromMs: sentMs, toMs: nowMs });
    } else this.late.push({ fromMs: sentMs, toMs: nowMs });
  }
}

export const sumOf = (all: readonly (readonly number[])[]): number[] =>
  boundsMs.map((_, at) => all.reduce((total, counts) => total + (counts[at] ?? 0), 0));

/** The delay within which that share of all messages arrived. */
export function quantileOf(counts: readonly number[], share: number): number {
  const all = counts.reduce((total, count) => total + count, 0);
  let left = all * share;
  for (const [at, count] of counts.entries()) {
    left -= count;
    if (left <= 0) return boundsMs[at] ?? 0;
  }
  return 0;
}
