import { spawnSync } from 'node:child_process';

/** Undefined ids mean "whoever runs this process". */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = 65534;

/**
 * PostgreSQL refuses to run as root. Root then runs it as the owner of the cluster that is already
 * there, or as nobody for a new one; everybody else runs it as themselves.
 */
export function chooseRunAs(existingOwner: RunAs | undefined): RunAs {
  if (process.getuid?.() !== 0) return {};
  return existingOwner?.uid ? existingOwner : { uid: NOBODY, gid: NOBODY };
}

/** Whether the directory can be entered by that account, all its parents included. */
export function canEnter(directory: string, runAs: RunAs): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1" 2>/dev/null', 'sh', directory], {
    ...runAs,
    cwd: '/',
    stdio: 'ignore',
  });
  return probe.status === 0;
}
