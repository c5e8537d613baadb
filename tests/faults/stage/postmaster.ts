import fs from 'node:fs';
import path from 'node:path';

/** The database server of the service under test, as its own pid file describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly ready: boolean;
  readonly socketDirectory: string;
  readonly connectionString: string;
}

/** Undefined while there is none, or while its file is being written. */
export function findPostmaster(dataDir: string): Postmaster | undefined {
  const file = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  let lines: string[];
  try {
    lines = fs.readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const [pid, , , port, socketDirectory, , , status] = lines.map((line) => line.trim());
  if (!pid || !port || !socketDirectory || !isAlive(Number(pid))) return undefined;
  const host = encodeURIComponent(socketDirectory);
  return {
    pid: Number(pid),
    ready: status === 'ready',
    socketDirectory,
    connectionString: `postgresql:///postgres?host=${host}&port=${port}&user=nova`,
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
