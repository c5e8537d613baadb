import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile, removePidFile } from './pid-file.ts';
import { isAlive, isServerOf, serversIn } from './process-table.ts';

export interface PredecessorOptions {
  readonly cluster: string;
  /** The process that had started the server is known to be dead. */
  readonly ownerDied: boolean;
  readonly timeoutMs: number;
}

const POLL_MS = 20;
// Sessions notice the death of their server when they next wait; a busy one gets this long.
const BUSY_SESSION_GRACE_MS = 3000;

/**
 * Returns once nothing of an earlier server is left in the cluster. A server whose starter died is
 * asked to stop; one that somebody else runs is left alone and reported.
 */
export async function awaitPredecessor(options: PredecessorOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  await awaitServer(options, deadline);
  await awaitOrphanSessions(options.cluster, deadline);
  const left = readPidFile(options.cluster);
  // After a reboot or in a new container the number may belong to a stranger, whom PostgreSQL
  // would take for a running server.
  if (left && isAlive(left.pid)) removePidFile(options.cluster);
}

async function awaitServer(options: PredecessorOptions, deadline: number): Promise<void> {
  const { cluster, ownerDied } = options;
  let asked = false;
  for (;;) {
    const found = readPidFile(cluster);
    if (!found || !isServerOf(found.pid, cluster)) return;
    if (!asked && found.status !== 'stopping') {
      if (!ownerDied) throw inUse(cluster, found.pid);
      trySignal(found.pid, 'SIGINT');
      asked = true;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `the earlier PostgreSQL of ${cluster} (pid ${found.pid}) is still shutting down after ${options.timeoutMs} ms`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Sessions outlive a server that was killed; a new one must not start beside them. */
async function awaitOrphanSessions(cluster: string, deadline: number): Promise<void> {
  const startedAt = Date.now();
  let asked = false;
  for (;;) {
    const orphans = serversIn(cluster) ?? [];
    if (orphans.length === 0) return;
    if (!asked && Date.now() - startedAt > BUSY_SESSION_GRACE_MS) {
      for (const pid of orphans) trySignal(pid, 'SIGQUIT');
      asked = true;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `processes of a killed PostgreSQL still work in ${cluster}: ${orphans.join(', ')}; end them and start again`,
      );
    }
    await sleep(POLL_MS);
  }
}

function inUse(cluster: string, pid: number): Error {
  return new Error(`${cluster} is in use by another PostgreSQL (pid ${pid})`);
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime, which is what we wanted.
  }
}
