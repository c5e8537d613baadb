import type { Migration, MigrationFile } from './migration-files.ts';

export interface Step {
  readonly version: number;
  readonly direction: 'up' | 'down';
  /** The version that the database has afterwards. */
  readonly target: number;
  /** Undefined when this direction has no file: only the version then changes. */
  readonly file: MigrationFile | undefined;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Thrown after the steps: fewer migrations exist than were asked for. */
  readonly shortfall?: Error;
}

/** The version of a database that no migration has touched. */
export const NIL_VERSION = -1;

/**
 * Whether a newer release has migrated the database past every file that is known here, as after a
 * roll back of the service. golang-migrate fails then; there is nothing to do, since a schema suits
 * the release before it too.
 */
export function isAhead(migrations: readonly Migration[], version: number): boolean {
  return migrations.length > 0 && migrations.every((known) => known.version < version);
}

export function planUp(migrations: readonly Migration[], from: number, limit?: number): Plan {
  if (!isAhead(migrations, from)) requireKnown(migrations, from);
  if (migrations.length === 0) throw new Error('no migrations found');
  const ahead = migrations.filter(({ version }) => version > from).map(stepUp);
  return limitTo(ahead, limit);
}

export function planDown(migrations: readonly Migration[], from: number, limit?: number): Plan {
  requireKnown(migrations, from);
  return limitTo(stepsDown(migrations, from, NIL_VERSION), limit);
}

export function planGoto(migrations: readonly Migration[], from: number, to: number): Plan {
  requireKnown(migrations, from);
  requireKnown(migrations, to);
  if (to < from) return { steps: stepsDown(migrations, from, to) };
  const between = migrations.filter(({ version }) => version > from && version <= to);
  return { steps: between.map(stepUp) };
}

function requireKnown(migrations: readonly Migration[], version: number): void {
  if (version === NIL_VERSION || migrations.some((known) => known.version === version)) return;
  throw new Error(`no migration found for version ${version}`);
}

function stepUp({ version, up }: Migration): Step {
  return { version, direction: 'up', target: version, file: up };
}

function stepsDown(migrations: readonly Migration[], from: number, to: number): Step[] {
  const steps = migrations.map(({ version, down }, index): Step => {
    const target = migrations[index - 1]?.version ?? NIL_VERSION;
    return { version, direction: 'down', target, file: down };
  });
  return steps.filter(({ version }) => version <= from && version > to).reverse();
}

function limitTo(steps: readonly Step[], limit: number | undefined): Plan {
  if (limit === undefined || steps.length >= limit) return { steps: steps.slice(0, limit) };
  const shortfall =
    steps.length === 0 ? 'file does not exist' : `limit ${limit - steps.length} short`;
  return { steps, shortfall: new Error(shortfall) };
}
