import fs from 'node:fs';
import path from 'node:path';
import { isAlive, startMark } from './process-table.ts';

interface Owner {
  readonly pid: number;
  readonly startMark: string | undefined;
}

/** This process's claim on a data directory, kept in a file until it is released. */
export interface Claim {
  /** True when the process that held the directory before died without giving it back. */
  readonly tookOver: boolean;
  release(): void;
}

/**
 * Claims the directory or throws, naming the directory and the process that holds it. Linking a
 * complete file is atomic, so that of two processes starting at once exactly one wins.
 */
export function claimOwnership(dataDir: string, describeServer: () => string): Claim {
  const file = path.join(dataDir, 'owner.json');
  const draft = `${file}.${process.pid}`;
  const own: Owner = { pid: process.pid, startMark: startMark(process.pid) };
  fs.writeFileSync(draft, JSON.stringify(own));
  let tookOver = false;
  try {
    while (!tryLink(draft, file)) {
      const holder = readOwner(file);
      if (holder !== undefined && isSameProcess(holder)) {
        throw new Error(
          `${dataDir} is in use by process ${holder.pid}${describeServer()}; two servers cannot share a data directory`,
        );
      }
      removeStale(file, `${draft}.stale`);
      tookOver = true;
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
  return { tookOver, release: () => fs.rmSync(file, { force: true }) };
}

/**
 * Another process may have put its claim in the place of the stale one since we looked: what was
 * moved away is looked at again, and put back if it is alive.
 */
function removeStale(file: string, aside: string): void {
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== undefined && isSameProcess(moved)) tryLink(aside, file);
  fs.rmSync(aside);
}

function tryLink(draft: string, file: string): boolean {
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isSameProcess(owner: Owner): boolean {
  return isAlive(owner.pid) && startMark(owner.pid) === owner.startMark;
}
