/** What goes wrong, and when: a schedule that the seed repeats. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultKind, faultTable, type PlannedFault } from './fault-kinds.ts';
import type { Random } from './random.ts';
import type { Stage, Undo } from './stage/stage.ts';

const recoveryTimeoutMs = 240_000;
const shareDuringRecovery = 0.2;

export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>;

/** So many faults of each kind that all kinds come, the heavier ones more often. */
export function spread(total: number, kinds: readonly FaultKind[]): FaultCounts {
  const counts: Partial<Record<FaultKind, number>> = {};
  const worth = (kind: FaultKind): number => (counts[kind] ?? 0) / (faultTable[kind].weight ?? 1);
  for (let given = 0; given < total; given++) {
    const [least] = kinds.toSorted((a, b) => worth(a) - worth(b));
    if (least !== undefined) counts[least] = (counts[least] ?? 0) + 1;
  }
  return counts;
}

export function planFaults(
  random: Random,
  counts: FaultCounts,
  seconds: number,
  /** Nodes, and shares of the clients, among which one is hit: each by one fault at a time. */
  victims = 3,
): PlannedFault[] {
  const kinds = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as FaultKind),
  );
  const meanMs = (seconds * 1000) / (kinds.length + 1);
  return random.shuffled(kinds).map((kind, index) => {
    const { lastsMs, ways = [''] } = faultTable[kind];
    const afterRecovery = index === 0 || random.next() >= shareDuringRecovery;
    const longestMs = afterRecovery ? meanMs : Math.min(2_000, meanMs);
    return {
      kind,
      victim: random.between(0, victims),
      way: random.pick(ways),
      durationMs: random.between(lastsMs[0], lastsMs[1] + 1),
      afterRecovery,
      pauseMs: Math.round(longestMs * (0.2 + random.next())),
    };
  });
}

/**
 * Runs the schedule; `onFault` is told at each blow. Resolves when the last was overcome. The mean
 * time between faults holds as far as recovery lets it: what recovery took is not waited again.
 */
export async function unleash(
  stage: Stage,
  schedule: readonly PlannedFault[],
  onFault: (fault: Fault) => void,
): Promise<void> {
  /** The end of the last fault of each target. */
  const ends = new Map<string, Promise<void>>();
  const recovered = async (): Promise<void> => {
    await Promise.all(ends.values());
    await stage.recovered(recoveryTimeoutMs);
  };
  for (const planned of schedule) {
    const sinceMs = performance.now();
    if (planned.afterRecovery) await recovered();
    await sleep(Math.max(0, planned.pauseMs - (performance.now() - sinceMs)));
    const target = targetOf(planned);
    await ends.get(target);
    const atMs = Date.now();
    const undo = await stage.strike(planned);
    const fault: Fault = { ...planned, atMs, endMs: Number.POSITIVE_INFINITY };
    onFault(fault);
    ends.set(target, end(fault, undo));
  }
  await recovered();
}

async function end(fault: Fault, undo: Undo): Promise<void> {
  await sleep(fault.durationMs);
  await undo();
  fault.endMs = Date.now();
}

function targetOf({ kind, victim }: PlannedFault): string {
  const { target } = faultTable[kind];
  return target === 'node' || target === 'way' || target === 'client'
    ? `${target} ${victim}`
    : target;
}
