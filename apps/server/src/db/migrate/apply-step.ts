import fs from 'node:fs/promises';
import type pg from 'pg';
import type { Step } from './plan.ts';
import { runFile } from './run-file.ts';
import { refusesTransactions } from './statements.ts';
import { versionChange, writeVersion } from './version-table.ts';

export interface StepTarget {
  readonly client: pg.Client;
  /** The version table, quoted. */
  readonly table: string;
  readonly multiStatement: boolean;
}

/**
 * Runs a step and writes its version. Where PostgreSQL allows it both are one transaction, so that
 * whoever is killed in the middle leaves the version that was; otherwise it is dirty meanwhile, and
 * whoever finds it so knows that this migration began and did not end. One that failed is dirty, as
 * golang-migrate leaves it.
 */
export async function applyStep(
  target: StepTarget,
  { target: version, file }: Step,
): Promise<void> {
  const { client, table, multiStatement } = target;
  const write = (dirty: boolean) => writeVersion(client, table, { version, dirty });
  if (file === undefined) return write(false);
  const text = await fs.readFile(file.path, 'utf8');
  if (multiStatement || refusesTransactions(text)) {
    await write(true);
    await runFile(client, { path: file.path, text }, { multiStatement });
    return write(false);
  }
  const last = versionChange(table, { version, dirty: false });
  try {
    await runFile(client, { path: file.path, text }, { multiStatement, last });
  } catch (error) {
    await write(true).catch(() => {});
    throw error;
  }
}
