import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that a build of the client is made from. */
const inputs = [
  'package-lock.json',
  'apps/web/{index.html,package.json,vite.config.ts}',
  'apps/web/{scripts,src}/**/*.*',
  'packages/{client,protocol}/{package.json,src/**/*.ts}',
];

/** Sources of the same hash make the same build. */
export async function inputsHash(rootDirectory: string): Promise<string> {
  const hash = createHash('sha256');
  const paths = globSync(inputs, { cwd: rootDirectory }).filter((path) => !/\.test\./.test(path));
  for (const path of paths.toSorted()) {
    const bytes = await readFile(join(rootDirectory, path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}
