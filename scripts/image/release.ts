import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootDirectory } from '../run-command.ts';
import { runProgram } from '../run-program.ts';

/** What the image says of itself: all of it from the commit, so that it can be built again. */
export interface Release {
  readonly version: string;
  readonly revision: string;
  /** Time of the commit, seconds since the Unix epoch. */
  readonly committedAt: number;
}

export async function readRelease(): Promise<Release> {
  const manifest = await readFile(join(rootDirectory, 'apps/server/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const { exitCode, output } = await runProgram(['git', 'log', '-1', '--format=%H %ct'], {
    directory: rootDirectory,
  });
  const [revision = '', committedAt] = output.trim().split(' ');
  // Sources that were unpacked without their history.
  if (exitCode !== 0) return { version, revision: 'unknown', committedAt: 0 };
  return { version, revision, committedAt: Number(committedAt) };
}
