import type { Late } from './crowd-words.ts';
import type { Fault, FaultKind } from './fault-kinds.ts';

/** Of all clients that messages reached late, and all faults of a kind. */
export interface Gap {
  readonly medianMs: number;
  readonly longestMs: number;
  /** The longest time that a fault of the kind itself lasted. */
  readonly lastedMs: number;
}

/** So long after its end a fault still explains what comes late. */
const aftermathMs = 10_000;

/**
 * How late faults made messages: for each fault and client the longest time from the sender's
 * `send` to its arrival. What came late over several faults counts for the last of them: it came
 * when that one was overcome.
 */
export function gapsOver(
  faults: readonly Fault[],
  late: readonly (readonly Late[])[],
): Readonly<Partial<Record<FaultKind, Gap>>> {
  const longest = new Map<Fault, number[]>();
  for (const ofClient of late) {
    const mine = new Map<Fault, number>();
    for (const { fromMs, toMs } of ofClient) {
      const fault = faults.findLast(
        ({ atMs, endMs }) => atMs <= toMs && fromMs <= endMs + aftermathMs,
      );
      if (fault !== undefined) mine.set(fault, Math.max(mine.get(fault) ?? 0, toMs - fromMs));
    }
    for (const [fault, ms] of mine) longest.set(fault, [...(longest.get(fault) ?? []), ms]);
  }
  const gaps: Partial<Record<FaultKind, Gap>> = {};
  for (const kind of new Set(faults.map((fault) => fault.kind))) {
    const ofKind = faults.filter((fault) => fault.kind === kind);
    const sorted = ofKind.flatMap((fault) => longest.get(fault) ?? []).toSorted((a, b) => a - b);
    gaps[kind] = {
      medianMs: sorted[sorted.length >> 1] ?? 0,
      longestMs: sorted.at(-1) ?? 0,
      lastedMs: Math.max(...ofKind.map(({ atMs, endMs }) => endMs - atMs)),
    };
  }
  return gaps;
}
