import fs from 'node:fs';
import path from 'node:path';

export type ServerStatus = 'starting' | 'ready' | 'stopping' | 'standby';

export interface PidFile {
  readonly pid: number;
  /** Missing for the first moment of a server's life, when the file is not complete. */
  readonly status: ServerStatus | undefined;
}

/** Reads `postmaster.pid`: the server's number in line 1, its status in line 8. */
export function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = fs.readFileSync(pidFilePath(cluster), 'utf8').split('\n');
    const pid = Math.abs(Number(lines[0]));
    if (!Number.isSafeInteger(pid) || pid === 0) return undefined;
    return { pid, status: parseStatus(lines[7]?.trim()) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export function removePidFile(cluster: string): void {
  fs.rmSync(pidFilePath(cluster), { force: true });
}

function pidFilePath(cluster: string): string {
  return path.join(cluster, 'postmaster.pid');
}

function parseStatus(text: string | undefined): ServerStatus | undefined {
  switch (text) {
    case 'starting':
    case 'ready':
    case 'stopping':
    case 'standby':
      return text;
    default:
      return undefined;
  }
}
