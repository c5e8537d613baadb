/** A rolling restart: one node after the other is drained and comes back, as a deployment does. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd } from './crowd.ts';
import type { Fault } from './fault-kinds.ts';
import { cpuMsOf, treeOf } from './stage/processes.ts';
import type { Stage } from './stage/stage.ts';

/** CPU seconds that the database spent in each second. */
export interface LoadAround {
  readonly before: number;
  readonly during: number;
}

const recoveryTimeoutMs = 240_000;

/** `seconds`: for how long the clients write before the first node is told to go. */
export async function rollThrough(
  stage: Stage,
  crowds: readonly Crowd[],
  seconds: number,
  onFault: (fault: Fault) => void,
): Promise<LoadAround> {
  // The first moments of many new clients are no steady load.
  await sleep((seconds * 1000) / 2);
  const before = await databaseLoad(stage, () => sleep((seconds * 1000) / 2));
  await Promise.all(crowds.map((crowd) => crowd.ask('reckon', null)));
  const during = await databaseLoad(stage, async () => {
    for (let victim = 0; victim < stage.nodes; victim++) {
      const planned = { kind: 'nodeDrain' as const, victim, way: '', durationMs: 0, pauseMs: 0 };
      const fault: Fault = { ...planned, afterRecovery: true, atMs: Date.now(), endMs: Infinity };
      const undo = await stage.strike(fault);
      onFault(fault);
      await undo();
      fault.endMs = Date.now();
      await stage.recovered(recoveryTimeoutMs);
    }
  });
  return { before, during };
}

async function databaseLoad(stage: Stage, during: () => Promise<unknown>): Promise<number> {
  const spent = (): number => cpuMsOf(treeOf(stage.databasePid() ?? 0));
  const [sinceMs, since] = [performance.now(), spent()];
  await during();
  return (spent() - since) / (performance.now() - sinceMs);
}
