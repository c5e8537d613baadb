import type pg from 'pg';
import { NIL_VERSION } from './plan.ts';

export interface VersionState {
  /** -1 when no migration has been applied. */
  readonly version: number;
  /** A migration failed half-way; somebody must repair the database and `force` a version. */
  readonly dirty: boolean;
}

/** The version table's full name, quoted for SQL. */
export function quoteTable(schema: string, table: string): string {
  return [schema, table].map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}

export async function versionTableExists(
  client: pg.Client,
  schema: string,
  table: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from information_schema.tables where table_schema = $1 and table_name = $2',
    [schema, table],
  );
  return rowCount !== 0;
}

export async function createVersionTable(client: pg.Client, quoted: string): Promise<void> {
  await client.query(
    `create table if not exists ${quoted} (version bigint not null primary key, dirty boolean not null)`,
  );
}

/** A table that is missing (after `drop`) means the same as an empty one. */
export async function readVersion(client: pg.Client, quoted: string): Promise<VersionState> {
  const nothing = { version: NIL_VERSION, dirty: false };
  try {
    const { rows } = await client.query(`select version, dirty from ${quoted} limit 1`);
    const row: { version: string; dirty: boolean } | undefined = rows[0];
    return row ? { version: Number(row.version), dirty: row.dirty } : nothing;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '42P01') return nothing;
    throw error;
  }
}

/**
 * SQL that replaces the only row, for one simple query, which is one transaction. The nil version is
 * an empty table unless it is dirty: a failed last `down` must not look like a fresh database.
 */
export function versionChange(quoted: string, { version, dirty }: VersionState): string {
  const empty = version === NIL_VERSION && !dirty;
  const insert = `insert into ${quoted} (version, dirty) values (${version}, ${dirty})`;
  return [`truncate ${quoted}`, ...(empty ? [] : [insert])].join('; ');
}

export async function writeVersion(
  client: pg.Client,
  quoted: string,
  state: VersionState,
): Promise<void> {
  await client.query(versionChange(quoted, state));
}
