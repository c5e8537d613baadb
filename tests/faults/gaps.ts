import type { Late } from './crowd-words.ts';
import type { Fault, FaultKind } from './fault-kinds.ts';

/** Of all clients that messages reached late, and all faults of a kind. */
export interface Gap {
  readonly medianMs: number;
  /** Of what no other fault could hold up: none lasted while it was under way. */
  readonly longestMs: number;
  /** Of the rest. */
  readonly besideMs: number;
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
  const waits = late.flatMap((ofClient) => [...longestOfEach(faults, ofClient)]);
  const gaps: Partial<Record<FaultKind, Gap>> = {};
  for (const [kind, ofKind] of Map.groupBy(faults, (fault) => fault.kind)) {
    const mine = waits.filter(([fault]) => fault.kind === kind).map(([, wait]) => wait);
    const sorted = mine
      .map(({ aloneMs, besideMs }) => Math.max(aloneMs, besideMs))
      .toSorted((a, b) => a - b);
    gaps[kind] = {
      medianMs: sorted[sorted.length >> 1] ?? 0,
      longestMs: Math.max(0, ...mine.map(({ aloneMs }) => aloneMs)),
      besideMs: Math.max(0, ...mine.map(({ besideMs }) => besideMs)),
      lastedMs: Math.max(...ofKind.map(({ atMs, endMs }) => endMs - atMs)),
    };
  }
  return gaps;
}

interface Wait {
  aloneMs: number;
  besideMs: number;
}

/** For each fault that made this client wait, the longest wait alone and beside another. */
function longestOfEach(faults: readonly Fault[], late: readonly Late[]): Map<Fault, Wait> {
  const longest = new Map<Fault, Wait>();
  for (const { fromMs, toMs } of late) {
    const fault = faults.findLast(
      ({ atMs, endMs }) => atMs <= toMs && fromMs <= endMs + aftermathMs,
    );
    if (fault === undefined) continue;
    const beside = faults.some(
      (other) => other !== fault && other.atMs <= toMs && fromMs <= other.endMs,
    );
    const wait = longest.get(fault) ?? { aloneMs: 0, besideMs: 0 };
    longest.set(fault, wait);
    const which = beside ? 'besideMs' : 'aloneMs';
    wait[which] = Math.max(wait[which], toMs - fromMs);
  }
  return longest;
}
