// CPU time of a process and of everything below it, from /proc/<pid>/stat (proc(5)).
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in clock ticks of 10 ms (USER_HZ is 100 on every Linux that runs Node). */
const microsPerTick = 10_000;

export interface CpuMicros {
  /** The process itself, all its threads. */
  readonly own: number;
  /** Its descendants: PostgreSQL, for everything that is measured here. */
  readonly below: number;
}

interface Stat {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that ended and were waited for. */
  readonly reapedTicks: number;
}

export function cpuOfTree(root: number): CpuMicros {
  const stats = readStats();
  const rootStat = stats.get(root);
  if (rootStat === undefined) return { own: 0, below: 0 };
  let below = rootStat.reapedTicks;
  for (const pid of descendants(root, stats)) {
    const stat = stats.get(pid);
    if (stat !== undefined) below += stat.ownTicks + stat.reapedTicks;
  }
  return { own: rootStat.ownTicks * microsPerTick, below: below * microsPerTick };
}

/** CPU that the whole machine has spent, idle and waiting time left out. */
export function cpuOfMachine(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softIrq) * microsPerTick;
}

function descendants(root: number, stats: ReadonlyMap<number, Stat>): number[] {
  const found: number[] = [];
  const generation = [root];
  for (let parent = generation.pop(); parent !== undefined; parent = generation.pop()) {
    for (const [pid, stat] of stats) {
      if (stat.parent !== parent) continue;
      found.push(pid);
      generation.push(pid);
    }
  }
  return found;
}

function readStats(): Map<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  return stats;
}

function readStat(pid: string): Stat | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name may hold spaces and parentheses: count from its end, field 3.
    const fields = line
      .slice(line.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = fields.slice(11, 15);
    return { parent, ownTicks: user + system, reapedTicks: reapedUser + reapedSystem };
  } catch {
    // Ended between the listing and the reading.
    return undefined;
  }
}
