import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface InstalledPackage {
  /** Below the directory, as the lockfile names it: `node_modules/pg`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Every package below node_modules of `directory`; links to workspaces are not followed. */
export async function installedPackages(directory: string): Promise<readonly InstalledPackage[]> {
  const files = globSync('node_modules/**/package.json', {
    cwd: directory,
    exclude: (path) => path.includes('/@nova'),
  }).filter((path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path));
  const read = files.map(async (path): Promise<InstalledPackage> => {
    const { name, version, license } = JSON.parse(
      await readFile(join(directory, path), 'utf8'),
    ) as Omit<InstalledPackage, 'path'>;
    return { path: dirname(path), name, version, ...(license === undefined ? {} : { license }) };
  });
  return (await Promise.all(read)).toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
