import fs from 'node:fs/promises';
import path from 'node:path';

export interface Migration {
  readonly version: number;
  readonly up: MigrationFile | undefined;
  readonly down: MigrationFile | undefined;
}

export interface MigrationFile {
  /** What follows the number in the file's name, for people. */
  readonly title: string;
  readonly path: string;
}

const NAME = /^([0-9]+)_(.*)\.(up|down)\.(.*)$/;

/** Reads a directory of `NUMBER_title.up.sql` and `.down.sql`; other files are ignored. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const byVersion = new Map<number, Migration>();
  const entries = await fs.readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [, digits, title, direction] = NAME.exec(entry.name) ?? [];
    if (entry.isDirectory() || digits === undefined || title === undefined) continue;
    const version = Number(digits);
    if (!Number.isSafeInteger(version)) throw new Error(`version out of range: ${entry.name}`);
    const known = byVersion.get(version) ?? { version, up: undefined, down: undefined };
    const side = direction === 'up' ? 'up' : 'down';
    if (known[side]) throw new Error(`duplicate migration file: ${entry.name}`);
    const file = { title, path: path.join(directory, entry.name) };
    byVersion.set(version, { ...known, [side]: file });
  }
  return [...byVersion.values()].sort((a, b) => a.version - b.version);
}
