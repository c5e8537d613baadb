// Tests that need more than a server: they run where that is to be had, and are left out with the
// reason on the screen where it is not.
import { databaseTools } from './database-tools.ts';
import { imageTools } from './image-tools.ts';
import { migrationTools } from './migration-tools.ts';
import { renderingTools } from './rendering-tools.ts';

export interface SpecialTests {
  readonly name: string;
  /** The folder of the test files. */
  readonly folder: string;
  /** Installs what is missing; resolves with the reason where that cannot be. */
  readonly prepare: () => Promise<string | undefined>;
}

const specialTests: readonly SpecialTests[] = [
  { name: 'the image', folder: 'tests/image', prepare: imageTools },
  { name: 'the chart and the overlays', folder: 'tests/charts', prepare: renderingTools },
  { name: 'migrate beside golang-migrate', folder: 'tests/migrations', prepare: migrationTools },
  { name: 'backup and restore', folder: 'tests/backup', prepare: databaseTools },
];

export interface LeftOut {
  readonly name: string;
  readonly folder: string;
  readonly reason: string;
}

/**
 * Prepares the special tests that `filters` (as vitest knows them; none: all files) choose, and
 * resolves with those that cannot run here.
 */
export async function prepareSpecialTests(
  filters: readonly string[],
  all: readonly SpecialTests[] = specialTests,
): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = [];
  for (const { name, folder, prepare } of all) {
    const chosen = filters.length === 0 || filters.some((filter) => overlaps(filter, folder));
    const reason = chosen ? await prepare() : undefined;
    if (reason !== undefined) leftOut.push({ name, folder, reason });
  }
  return leftOut;
}

function overlaps(filter: string, folder: string): boolean {
  return filter.includes(folder) || folder.includes(filter);
}
