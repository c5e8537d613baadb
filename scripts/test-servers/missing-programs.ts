import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { NeededProgram } from './programs.ts';

// Debian keeps servers where the PATH of ordinary users does not look.
const systemDirectories = ['/usr/sbin', '/sbin'];

/** Those of `programs` that neither the PATH nor the system's own folders hold. */
export async function missingPrograms(
  programs: readonly NeededProgram[],
  path = process.env.PATH ?? '',
): Promise<readonly NeededProgram[]> {
  const directories = [...path.split(delimiter).filter(Boolean), ...systemDirectories];
  const missing: NeededProgram[] = [];
  for (const needed of programs) {
    const found = await Promise.any(
      directories.map((directory) => access(join(directory, needed.program), constants.X_OK)),
    ).then(
      () => true,
      () => false,
    );
    if (!found) missing.push(needed);
  }
  return missing;
}
