import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from '../run-program.ts';

export interface GoTool {
  readonly program: string;
  readonly module: string;
  readonly tags?: string;
}

/** Built once from the sources that Go's module proxy serves, and kept. */
const ownDirectory = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'nova-test-tools/bin',
);

/** Where the program that was built for the tests is, if it was. */
export const builtTool = (program: string): string | undefined =>
  [join(ownDirectory, program)].find((path) => existsSync(path));

/** Where the program of that name is: the system's own, or the one built for the tests. */
export function toolPath(program: string): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter);
  const own = directories.map((directory) => join(directory, program));
  return own.find((path) => existsSync(path)) ?? builtTool(program);
}

/** Builds what is missing; resolves with the reason where that cannot be. */
export async function buildTools(missing: readonly GoTool[]): Promise<string | undefined> {
  if (missing.length === 0) return undefined;
  const names = missing.map(({ program }) => program).join(' and ');
  if (toolPath('go') === undefined) return `needs ${names}, or Go to build them`;
  console.log(`building for the tests: ${names}`);
  mkdirSync(ownDirectory, { recursive: true });
  for (const { program, module, tags } of missing) {
    const tagged = tags === undefined ? [] : ['-tags', tags];
    const { exitCode, output } = await runProgram(['go', 'install', ...tagged, module], {
      env: { GOBIN: ownDirectory },
    });
    if (exitCode !== 0) return `${program} could not be built: ${output.trim().split('\n').at(-1)}`;
  }
  return undefined;
}
