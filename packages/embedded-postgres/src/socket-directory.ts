import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canEnter, type RunAs } from './run-as.ts';

// sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing zero byte included.
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Makes the private directory of the Unix socket. It lies in a temporary directory because data
 * directories are often too deep for a socket's path; its name follows from the data directory, so
 * that a killed process leaves nothing that the next start would not use again.
 */
export function makeSocketDirectory(dataDir: string, port: number, runAs: RunAs): string {
  const uid = runAs.uid ?? process.getuid?.() ?? 0;
  const name = `nova-pg-${createHash('sha256').update(`${uid}\0${dataDir}`).digest('hex').slice(0, 16)}`;
  const problems: string[] = [];
  for (const parent of new Set([os.tmpdir(), '/tmp'])) {
    const directory = path.join(parent, name);
    const bytes = Buffer.byteLength(path.join(directory, `.s.PGSQL.${port}.lock`));
    if (bytes > MAX_SOCKET_PATH_BYTES) {
      problems.push(`${parent} is too long a path for a socket`);
    } else if (!canEnter(parent, runAs)) {
      problems.push(`${parent} cannot be entered`);
    } else {
      makePrivate(directory, runAs, uid);
      return directory;
    }
  }
  throw new Error(`no place for the PostgreSQL socket: ${problems.join('; ')}`);
}

/** The parent is public: a directory or link that somebody else put there is refused. */
function makePrivate(directory: string, runAs: RunAs, uid: number): void {
  if (!fs.existsSync(directory)) {
    fs.mkdirSync(directory, { mode: 0o700 });
    if (runAs.uid !== undefined) fs.chownSync(directory, runAs.uid, runAs.gid ?? runAs.uid);
  }
  const stat = fs.lstatSync(directory);
  const ours = stat.uid === uid || stat.uid === process.getuid?.();
  if (!stat.isDirectory() || !ours || (stat.mode & 0o077) !== 0) {
    throw new Error(`${directory} exists, but is not a private directory of uid ${uid}`);
  }
}
