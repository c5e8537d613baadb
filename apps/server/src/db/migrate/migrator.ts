import type pg from 'pg';
import { withAdvisoryLock } from './advisory-lock.ts';
import { applyStep } from './apply-step.ts';
import { beginAgain } from './begin-again.ts';
import { connect } from './connect.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { advisoryLockId } from './lock-id.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { isAhead, NIL_VERSION, type Plan, planDown, planGoto, planUp, type Step } from './plan.ts';
import {
  createVersionTable,
  quoteTable,
  readVersion,
  type VersionState,
  versionTableExists,
  writeVersion,
} from './version-table.ts';

export interface MigratorOptions {
  /** `postgres://` or `postgresql://`, with golang-migrate's `x-` parameters. */
  readonly databaseUrl: string;
  /** Directory of the migration files. */
  readonly directory: string;
  /** How long to wait for another migrator; undefined: until it is done. */
  readonly lockTimeoutMs?: number;
  /** Stops between two migrations, never inside one. */
  readonly signal?: AbortSignal;
  readonly onStepStart?: (step: Step) => void;
  readonly onStep?: (step: Step, durationMs: number) => void;
  readonly onLockWait?: () => void;
  /** `up` found a database that a newer release has migrated, and leaves it as it is. */
  readonly onAhead?: (version: number) => void;
}

/**
 * Applies the migration files of a directory to one database, in golang-migrate's format: either
 * program continues what the other began. The steps that ran are returned, none meaning no change.
 */
export interface Migrator {
  up(limit?: number): Promise<readonly Step[]>;
  down(limit?: number): Promise<readonly Step[]>;
  goto(version: number): Promise<readonly Step[]>;
  version(): Promise<VersionState>;
  /** Lets the next `up` repeat a migration outside of a transaction that was interrupted. */
  beginAgain(): Promise<void>;
  /** Writes the version without running anything, which also ends the dirty state. */
  force(version: number): Promise<void>;
  /** Drops every table of the current schema, the version table too: then open another migrator. */
  drop(): Promise<void>;
  /** The steps that `up()` would run. */
  pendingMigrations(): Promise<readonly Step[]>;
  close(): Promise<void>;
}

/** Reads the files, connects, and creates the version table if it is missing. */
export async function openMigrator(options: MigratorOptions): Promise<Migrator> {
  const migrations = await readMigrations(options.directory);
  const target = parseDatabaseUrl(options.databaseUrl);
  const client = await connect(target);
  try {
    const place = await currentPlace(client);
    const schema = target.table.schema ?? place.schema;
    const table = quoteTable(schema, target.table.name);
    const lockId = advisoryLockId(target.path || place.database, schema, target.table.name);
    const session = { client, table, lockId, migrations, multiStatement: target.multiStatement };
    if (!(await versionTableExists(client, schema, target.table.name))) {
      await locked(session, options, () => createVersionTable(client, table));
    }
    return migratorOn(session, options);
  } catch (error) {
    await client.end();
    throw error;
  }
}

interface MigrationSession {
  readonly client: pg.Client;
  readonly table: string;
  readonly lockId: string;
  readonly migrations: readonly Migration[];
  readonly multiStatement: boolean;
}

function migratorOn(session: MigrationSession, options: MigratorOptions): Migrator {
  const { client, table, migrations } = session;
  const run = (plan: (from: number) => Plan) =>
    locked(session, options, async () =>
      runPlan(session, options, plan(await cleanVersion(session))),
    );
  return {
    up: (limit) =>
      run((from) => {
        if (isAhead(migrations, from)) options.onAhead?.(from);
        return planUp(migrations, from, limit);
      }),
    down: (limit) => run((from) => planDown(migrations, from, limit)),
    goto: (version) => run((from) => planGoto(migrations, from, version)),
    beginAgain: () => locked(session, options, () => beginAgain(session, migrations)),
    version: () => readVersion(client, table),
    force: async (version) => {
      if (!Number.isSafeInteger(version) || version < NIL_VERSION) {
        throw new Error('version must be >= -1');
      }
      await locked(session, options, () => writeVersion(client, table, { version, dirty: false }));
    },
    drop: () => locked(session, options, () => dropTables(client)),
    pendingMigrations: async () => planUp(migrations, await cleanVersion(session), undefined).steps,
    close: () => client.end(),
  };
}

function locked<Result>(
  session: MigrationSession,
  options: MigratorOptions,
  run: () => Promise<Result>,
): Promise<Result> {
  const lock = {
    lockId: session.lockId,
    timeoutMs: options.lockTimeoutMs,
    signal: options.signal,
    onWait: options.onLockWait ?? (() => {}),
  };
  return withAdvisoryLock(session.client, lock, run);
}

async function cleanVersion({ client, table }: MigrationSession): Promise<number> {
  const { version, dirty } = await readVersion(client, table);
  if (dirty) throw new Error(`Dirty database version ${version}. Fix and force version.`);
  return version;
}

async function runPlan(
  session: MigrationSession,
  options: MigratorOptions,
  plan: Plan,
): Promise<readonly Step[]> {
  const done: Step[] = [];
  for (const step of plan.steps) {
    if (options.signal?.aborted) return done;
    const startedAt = performance.now();
    options.onStepStart?.(step);
    await applyStep(session, step);
    options.onStep?.(step, performance.now() - startedAt);
    done.push(step);
  }
  if (plan.shortfall) throw plan.shortfall;
  return done;
}

async function currentPlace(client: pg.Client): Promise<{ database: string; schema: string }> {
  const { rows } = await client.query(
    'select current_database() as database, current_schema() as schema',
  );
  const [place] = rows;
  if (place?.schema == null) throw new Error('no schema: the search path names none that exists');
  return place;
}

async function dropTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
       from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE'`,
  );
  for (const { name } of rows) await client.query(`drop table if exists ${name} cascade`);
}
