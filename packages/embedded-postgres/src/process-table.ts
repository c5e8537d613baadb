import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

/** A process that exists and is not a zombie; one that belongs to another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return process.platform !== 'linux' || linuxStat(pid)?.state !== 'Z';
}

/** Tells a process from a later one with the same number. Undefined when there is none. */
export function startMark(pid: number): string | undefined {
  if (process.platform !== 'linux') return psField(pid, 'lstart');
  const stat = linuxStat(pid);
  return stat && `${readBootId()}:${stat.startTicks}`;
}

/**
 * PostgreSQL processes that work in this cluster directory (a server changes into it at once).
 * Undefined where the system does not tell.
 */
export function serversIn(cluster: string): readonly number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!fs.existsSync(cluster)) return [];
  const real = fs.realpathSync(cluster);
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandName(pid) === 'postgres' && workingDirectory(pid) === real);
}

/** Whether that process is the server of this cluster and not a later one that got its number. */
export function isServerOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return psField(pid, 'command')?.includes(cluster) ?? false;
  if (commandName(pid) !== 'postgres') return false;
  // Root in a container may be refused the directory of another user's process: then assume that
  // it is the server, which is the safe mistake.
  const directory = workingDirectory(pid);
  return directory === undefined ? isAlive(pid) : directory === fs.realpathSync(cluster);
}

function linuxStat(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may itself hold blanks and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function readBootId(): string {
  return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function commandName(pid: number): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function workingDirectory(pid: number): string | undefined {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function psField(pid: number, field: 'lstart' | 'command'): string | undefined {
  const ps = spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });
  return ps.status === 0 ? ps.stdout.trim() || undefined : undefined;
}
