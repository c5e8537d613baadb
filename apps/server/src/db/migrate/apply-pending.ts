import { migrationsDirectory } from './migrations-directory.ts';
import { openMigrator } from './migrator.ts';
import type { Step } from './plan.ts';

/**
 * Brings a database to the schema of this release; resolves with what it ran. What an earlier start
 * had begun when it was killed is done again.
 */
export async function applyPending(
  databaseUrl: string,
  onLockWait: () => void = () => {},
): Promise<readonly Step[]> {
  const options = { databaseUrl, directory: migrationsDirectory, onLockWait };
  const migrator = await openMigrator(options);
  try {
    await migrator.beginAgain();
    return await migrator.up();
  } finally {
    await migrator.close();
  }
}
