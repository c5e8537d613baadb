import fs from 'node:fs/promises';
import type pg from 'pg';
import type { Migration } from './migration-files.ts';
import { NIL_VERSION } from './plan.ts';
import { concurrentIndexOf, refusesTransactions } from './statements.ts';
import { readVersion, writeVersion } from './version-table.ts';

/**
 * Makes the database ready for another try of a migration that runs outside of a transaction and
 * did not end: the index that it left half built is dropped and the version is the one before.
 * Any other dirty version stays as it is, for somebody to look at. Call it with the lock held.
 */
export async function beginAgain(
  { client, table }: { readonly client: pg.Client; readonly table: string },
  migrations: readonly Migration[],
): Promise<void> {
  const { version, dirty } = await readVersion(client, table);
  const position = migrations.findIndex((known) => known.version === version);
  const file = migrations[position]?.up;
  if (!dirty || file === undefined) return;
  const text = await fs.readFile(file.path, 'utf8');
  if (!refusesTransactions(text)) return;
  const index = concurrentIndexOf(text);
  if (index !== undefined) await dropIfInvalid(client, index);
  const before = migrations[position - 1]?.version ?? NIL_VERSION;
  await writeVersion(client, table, { version: before, dirty: false });
}

async function dropIfInvalid(client: pg.Client, index: string): Promise<void> {
  const { rows } = await client.query(
    `select indexrelid::regclass::text as name from pg_index
      where indexrelid = to_regclass($1) and not indisvalid`,
    [index],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
}
