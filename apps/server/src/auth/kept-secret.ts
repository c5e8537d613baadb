import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const ownerOnly = 0o600;

/**
 * The text of a file that only its owner can read, made on first use. Two processes that start at
 * once end up with the same text, and a crash never leaves half of it.
 */
export async function keptSecret(
  directory: string,
  fileName: string,
  make: () => string,
): Promise<string> {
  const file = path.join(directory, fileName);
  const kept = await readOwn(file);
  if (kept !== undefined) return kept;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeWhole(file, make());
  const written = await readOwn(file);
  if (written === undefined) throw new Error(`${file} vanished while it was written`);
  return written;
}

async function readOwn(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) await chmod(file, ownerOnly);
    return text;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Linking, unlike renaming, fails when somebody else was first: then theirs is the secret. */
async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${randomUUID()}`;
  try {
    const handle = await open(partial, 'wx', ownerOnly);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(partial, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
