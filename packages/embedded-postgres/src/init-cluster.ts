import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { inheritedDescriptors, openClusterPath } from './cluster-path.ts';
import type { Binaries } from './locate-binaries.ts';
import { parentDeathPrefix } from './parent-death.ts';
import type { RunAs } from './run-as.ts';

export const SUPERUSER = 'nova';

interface InitOptions {
  readonly binaries: Binaries;
  readonly cluster: string;
  readonly runAs: RunAs;
  readonly durable: boolean;
}

/**
 * Creates the cluster if there is none. It is built beside its final place and renamed, so that a
 * process killed in the middle leaves no half-made cluster that a later start would trust.
 */
export async function initCluster(options: InitOptions): Promise<void> {
  const { binaries, cluster, runAs } = options;
  removeDrafts(cluster);
  if (fs.existsSync(path.join(cluster, 'PG_VERSION'))) {
    assertSameMajor(cluster, binaries.majorVersion);
    return;
  }
  if (fs.existsSync(cluster) && fs.readdirSync(cluster).length > 0) {
    throw new Error(`${cluster} is neither empty nor a PostgreSQL cluster`);
  }
  const draft = `${draftsOf(cluster)}${process.pid}`;
  fs.mkdirSync(draft, { mode: 0o700 });
  if (runAs.uid !== undefined) fs.chownSync(draft, runAs.uid, runAs.gid ?? runAs.uid);
  await runInitdb(options, draft);
  fs.renameSync(draft, cluster);
}

const draftsOf = (cluster: string): string => `${cluster}.draft-`;

/** What killed starts left. An initdb may outlive its starter by a moment and still write there. */
function removeDrafts(cluster: string): void {
  const directory = path.dirname(cluster);
  for (const name of fs.readdirSync(directory)) {
    const found = path.join(directory, name);
    if (!found.startsWith(draftsOf(cluster))) continue;
    fs.rmSync(found, { recursive: true, force: true, maxRetries: 10 });
  }
}

function assertSameMajor(cluster: string, majorVersion: string): void {
  const found = fs.readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found === majorVersion) return;
  throw new Error(
    `${cluster} was made by PostgreSQL ${found}, but PostgreSQL ${majorVersion} is installed; dump it with the old release and load it into a new directory`,
  );
}

async function runInitdb(options: InitOptions, draft: string): Promise<void> {
  const { binaries, runAs, durable } = options;
  const target = openClusterPath(draft, runAs);
  const args = [
    ['-D', target.argument, '-U', SUPERUSER, '-E', 'UTF8'],
    ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    // Whoever reaches the socket directory is let in; only its owner reaches it.
    ['--auth=trust', '--no-instructions'],
    durable ? [] : ['--no-sync'],
  ].flat();
  try {
    await run(binaries.initdb, args, runAs, inheritedDescriptors(target));
  } finally {
    target.close();
  }
}

async function run(
  file: string,
  args: readonly string[],
  runAs: RunAs,
  descriptors: readonly number[],
): Promise<void> {
  const [command = file, ...rest] = [...parentDeathPrefix(), file, ...args];
  const child = spawn(command, rest, {
    ...runAs,
    cwd: '/',
    env: { PATH: process.env.PATH, TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe', ...descriptors],
  });
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += String(chunk);
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb failed (${signal ?? code}): ${output.trim()}`);
}
