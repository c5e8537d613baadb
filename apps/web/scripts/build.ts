// Builds the client: into the folder named on the command line, or else into a cache where a build
// of the same sources is found again. Its last line says where: {"directory":"…"}.
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { build } from 'vite';
import { checkSize } from './check-size.ts';
import { inputsHash } from './inputs-hash.ts';

const webDirectory = resolve(import.meta.dirname, '..');
const rootDirectory = resolve(webDirectory, '../..');
const cacheDirectory = join(rootDirectory, 'node_modules/.cache/nova-web');

async function buildInto(directory: string): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const temporary = await mkdtemp(`${directory}-`);
  try {
    await build({
      configFile: join(webDirectory, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: temporary, emptyOutDir: false },
    });
    await checkSize(temporary);
    // Made for its owner alone; an image runs as another user than the one that built it.
    await chmod(temporary, 0o755);
    await rm(directory, { recursive: true, force: true });
    await rename(temporary, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A build is put in its place whole: of two that run at once, either may win. */
async function buildOnce(directory: string): Promise<void> {
  const present = () => isDirectory(directory);
  if (await present()) return;
  try {
    await buildInto(directory);
  } catch (error) {
    if (!(await present())) throw error;
  }
  for (const name of await readdir(cacheDirectory)) {
    // Older builds are in nobody's way but the disk's; what has a dash is under way.
    if (name === basename(directory) || name.includes('-')) continue;
    await rm(join(cacheDirectory, name), { recursive: true, force: true });
  }
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const [given] = process.argv.slice(2);
const directory = resolve(given ?? join(cacheDirectory, await inputsHash(rootDirectory)));
await (given === undefined ? buildOnce(directory) : buildInto(directory));
console.log(JSON.stringify({ directory }));
