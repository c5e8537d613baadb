/** The processes of the machine, from /proc (proc(5)). */
import fs from 'node:fs';

/** The process and everything below it. */
export function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const tree = [root];
  for (const found of tree) {
    for (const [pid, parent] of parents) if (parent === found) tree.push(pid);
  }
  return tree;
}

/** Signals a process and everything below it, except what has ended meanwhile. */
export function signalTree(root: number, name: NodeJS.Signals): void {
  // What ended between the listing and the signal needs none.
  for (const pid of treeOf(root)) signal(pid, name);
}

/** True if there was such a process; otherwise undefined. */
export function signal(pid: number, name: NodeJS.Signals): true | undefined {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return undefined;
  }
}

/** The kernel counts in ticks of 10 ms (USER_HZ is 100 on every Linux that runs Node). */
const msPerTick = 10;

/** CPU that these processes, and children of theirs that have ended, spent so far. */
export function cpuMsOf(pids: readonly number[]): number {
  const ticks = pids.flatMap((pid) => statOf(String(pid))?.slice(11, 15) ?? []).map(Number);
  return ticks.reduce((total, one) => total + one, 0) * msPerTick;
}

function parentOf(pid: string): number | undefined {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The fields from the third on; undefined for a process that has ended. */
function statOf(pid: string): string[] | undefined {
  try {
    const line = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name may hold spaces and parentheses: count from its end.
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
