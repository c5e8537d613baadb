import pg from 'pg';
import { type DatabaseOptions, sessionBounds } from './database.ts';
import { databaseError } from './database-error.ts';
import { typeParsers } from './type-parsers.ts';

export type LastingOptions = Pick<DatabaseOptions, 'connectionString' | 'poolTimeoutMs'>;

/** One connection of its own, opened at first use and again after it broke. */
export interface LastingClient {
  /** Throws `unavailable` where the database cannot be reached. */
  open(): Promise<pg.Client>;
  /** Is not given out again: its session ended, or nobody knows. */
  drop(broken: pg.Client): void;
  close(): Promise<void>;
}

/**
 * What a writer does is a look-up by key, row by row. Without statistics (a young table) the
 * planner may prefer to scan or to join whole tables, and keep that plan while they grow. A plan for
 * any number of rows is as good as one made for each batch, which costs more than to carry it out. A
 * check after a lock must see what was committed while the lock was waited for, whatever the default of
 * the database.
 */
export const planning = [
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'jit=off',
  'plan_cache_mode=force_generic_plan',
  'default_transaction_isolation=read\\ committed',
]
  .map((setting) => `-c ${setting}`)
  .join(' ');

export function lastingClient(
  { connectionString, poolTimeoutMs }: LastingOptions,
  { begin }: { readonly begin?: (fresh: pg.Client) => Promise<void> } = {},
): LastingClient {
  let client: pg.Client | undefined;
  let opening: Promise<void> | undefined;

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString,
      connectionTimeoutMillis: poolTimeoutMs,
      types: typeParsers,
      application_name: 'nova-writer',
      options: planning,
      ...sessionBounds,
    });
    let broken = false;
    const forget = (): void => {
      broken = true;
      if (client === fresh) client = undefined;
    };
    fresh.on('error', forget);
    fresh.on('end', forget);
    await fresh.connect();
    try {
      await begin?.(fresh);
    } catch (error) {
      void fresh.end().catch(() => undefined);
      throw error;
    }
    if (!broken) client = fresh;
  };

  return {
    async open() {
      if (client === undefined) {
        opening ??= connect().finally(() => {
          opening = undefined;
        });
        await opening.catch((error: unknown) => {
          throw databaseError(error);
        });
      }
      if (client === undefined) throw databaseError(new Error('Connection terminated'));
      return client;
    },
    drop(broken) {
      if (client === broken) client = undefined;
      void broken.end().catch(() => undefined);
    },
    async close() {
      await client?.end().catch(() => undefined);
    },
  };
}
