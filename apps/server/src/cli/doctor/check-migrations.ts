import type pg from 'pg';
import { parseDatabaseUrl } from '#db/migrate/database-url.js';
import { readMigrations } from '#db/migrate/migration-files.js';
import { migrationsDirectory } from '#db/migrate/migrations-directory.js';
import { quoteTable, readVersion, versionTableExists } from '#db/migrate/version-table.js';
import { type Finding, fail, ok, warn } from './finding.ts';

const subject = 'migrations';

/** Reads only: the migrator itself would create its table. */
export async function checkMigrations(
  client: pg.Client,
  databaseUrl: string,
): Promise<{ readonly findings: readonly Finding[]; readonly schemaReady: boolean }> {
  const { table } = parseDatabaseUrl(databaseUrl);
  const { rows } = await client.query('select current_schema() as name');
  const schema = table.schema ?? String(rows[0]?.name ?? 'public');
  const known = (await readMigrations(migrationsDirectory)).map(({ version }) => version);
  const newest = known.at(-1) ?? 0;
  const one = (finding: Finding, schemaReady = false) => ({ findings: [finding], schemaReady });

  if (!(await versionTableExists(client, schema, table.name))) {
    return one(fail(subject, 'none has run', 'run: migrate up'));
  }
  const { version, dirty } = await readVersion(client, quoteTable(schema, table.name));
  if (dirty) {
    const todo = `repair what ${version} left half done, then: migrate force VERSION`;
    return one(fail(subject, `number ${version} failed half-way`, todo));
  }
  const pending = known.filter((number) => number > version).length;
  if (pending > 0) {
    return one(fail(subject, `at ${version}, ${pending} are missing`, 'run: migrate up'));
  }
  if (version > newest) {
    const text = `at ${version}, newer than this program (${newest})`;
    return one(warn(subject, text, 'update the program, unless a roll-back is under way'), true);
  }
  return one(ok(subject, `at ${version}, none missing`), true);
}
