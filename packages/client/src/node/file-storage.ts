import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutboxEntry, OutboxStorage } from '../outbox/outbox-entry.ts';

const suffix = '.json';

/**
 * Keeps the outbox in a directory, a file per message: each is written whole or not at all, and two
 * processes with the same directory do not disturb one another (they send the same ids, and the
 * service keeps one of them). Entries are readable by the owner alone.
 */
export function fileStorage(directory: string): OutboxStorage {
  const pathOf = (id: string): string => join(directory, `${id}${suffix}`);
  return {
    async load() {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const names = (await readdir(directory)).filter((name) => name.endsWith(suffix));
      const entries = await Promise.all(names.map((name) => readEntry(join(directory, name))));
      return entries.filter((entry) => entry !== null);
    },
    async put(entry) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = pathOf(entry.id);
      const temporary = `${path}.${process.pid}.tmp`;
      await writeDurably(temporary, JSON.stringify(entry));
      await rename(temporary, path);
      await syncDirectory(directory);
    },
    async remove(id) {
      await rm(pathOf(id), { force: true });
    },
  };
}

// Another process may have sent and removed the message between listing and reading.
async function readEntry(path: string): Promise<OutboxEntry | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as OutboxEntry;
  } catch {
    return null;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

// Without it the name of a new file may be lost with the power. Windows cannot open a directory.
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
