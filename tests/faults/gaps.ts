import type { Pause } from './crowd-words.ts';
import type { Fault, FaultKind } from './nemesis.ts';

/** Of all clients and all faults of a kind. */
export interface Gap {
  readonly medianMs: number;
  readonly longestMs: number;
}

/**
 * How long faults kept live messages away. Where several fell into one pause it counts for the
 * last of them: it ended when that one was overcome.
 */
export function gapsOver(
  faults: readonly Fault[],
  pauses: readonly Pause[],
): Readonly<Record<FaultKind, Gap>> {
  const lengths: Record<FaultKind, number[]> = { serviceKill: [], databaseKill: [] };
  for (const { fromMs, toMs } of pauses) {
    const fault = faults.findLast(({ atMs }) => atMs >= fromMs && atMs < toMs);
    if (fault !== undefined) lengths[fault.kind].push(toMs - fromMs);
  }
  return {
    serviceKill: gapOf(lengths.serviceKill),
    databaseKill: gapOf(lengths.databaseKill),
  };
}

function gapOf(lengthsMs: readonly number[]): Gap {
  const sorted = lengthsMs.toSorted((a, b) => a - b);
  return { medianMs: sorted[sorted.length >> 1] ?? 0, longestMs: sorted.at(-1) ?? 0 };
}
