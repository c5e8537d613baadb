import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A page that talks must be there at once on a phone, too: all scripts together, compressed. */
const maxScriptBytes = 60 * 1_024;

/** Throws where the scripts of a build are larger than a newcomer's patience. */
export async function checkSize(directory: string): Promise<void> {
  let bytes = 0;
  for (const path of globSync('**/*.js', { cwd: directory })) {
    bytes += (await promisify(gzip)(await readFile(join(directory, path)))).length;
  }
  const words = `scripts of the web client: ${bytes} bytes compressed, at most ${maxScriptBytes}`;
  if (bytes > maxScriptBytes) throw new Error(words);
  console.log(words);
}
