/** What goes wrong, and when: a schedule that the seed repeats. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Service } from './service.ts';
import { until } from './until.ts';

export type FaultKind = 'serviceKill' | 'databaseKill';

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Wait until the fault before was overcome; otherwise this one falls into the recovery. */
  readonly afterRecovery: boolean;
  readonly pauseMs: number;
}

export interface Fault extends PlannedFault {
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const recoveryTimeoutMs = 90_000;
const shareDuringRecovery = 0.2;

export function planFaults(
  random: Random,
  counts: Readonly<Record<FaultKind, number>>,
  seconds: number,
): PlannedFault[] {
  const kinds = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as FaultKind),
  );
  const meanPauseMs = (seconds * 1000) / (kinds.length + 1);
  return random.shuffled(kinds).map((kind, index) => {
    const afterRecovery = index === 0 || random.next() >= shareDuringRecovery;
    const longestMs = afterRecovery ? meanPauseMs : Math.min(2_000, meanPauseMs);
    return { kind, afterRecovery, pauseMs: Math.round(longestMs * (0.2 + random.next())) };
  });
}

/** Runs the schedule; `onFault` is told at each blow. Resolves when the last was overcome. */
export async function unleash(
  service: Service,
  schedule: readonly PlannedFault[],
  onFault: (fault: Fault) => void,
): Promise<void> {
  for (const fault of schedule) {
    if (fault.afterRecovery) await service.recovered(recoveryTimeoutMs);
    await sleep(fault.pauseMs);
    if (fault.kind === 'serviceKill') {
      onFault({ ...fault, atMs: Date.now() });
      await service.killAndRestart();
    } else {
      const { pid } = await until('a database to kill', recoveryTimeoutMs, () =>
        service.postmaster(),
      );
      onFault({ ...fault, atMs: Date.now() });
      process.kill(pid, 'SIGKILL');
    }
  }
  await service.recovered(recoveryTimeoutMs);
}
