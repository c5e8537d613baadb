import pg from 'pg';
import { databaseError, failureOf, type QueryFailure } from './database-error.ts';
import { typeParsers } from './type-parsers.ts';

/** A statement with a name of its own: prepared once per connection, and its metrics label. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Queryable {
  rows<Row>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

export type Transaction = Queryable;

export interface Database extends Queryable {
  /**
   * Runs `run` in one transaction, again from the start after a deadlock or a serialization
   * failure (three times at most): `run` must not have effects outside the transaction.
   */
  transaction<Result>(run: (tx: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly connectionString: string;
  readonly maxConnections: number;
  /** How long a request may wait for a free connection. */
  readonly poolTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly onQuery?: (name: string, seconds: number, failure: QueryFailure | undefined) => void;
  readonly onConnectionError?: (error: Error) => void;
}

const retried = new Set(['40001', '40P01']);
const attempts = 3;

/** Bounds that keep a stuck writer from holding locks and the log's horizon. */
export const sessionBounds = {
  statement_timeout: 10_000,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 10_000,
} as const;

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections,
    connectionTimeoutMillis: options.poolTimeoutMs,
    idleTimeoutMillis: options.idleTimeoutMs,
    types: typeParsers,
    application_name: 'nova',
    ...sessionBounds,
  });
  // An idle connection that breaks would otherwise end the process.
  pool.on('error', (error) => options.onConnectionError?.(error));
  // So would one that breaks after the pool has let go of it, at the end.
  pool.on('connect', (client) => client.on('error', () => undefined));

  const run = async <Row>(
    client: pg.Pool | pg.PoolClient,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    const started = performance.now();
    let failure: QueryFailure | undefined;
    try {
      const result = await client.query({ ...statement, values: values as unknown[] });
      return result.rows as Row[];
    } catch (error) {
      failure = failureOf(error);
      throw error;
    } finally {
      options.onQuery?.(statement.name, (performance.now() - started) / 1000, failure);
    }
  };

  const once = async <Result>(body: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      await client.query('begin');
      const result = await body({
        rows: (statement, values = []) => run(client, statement, values),
      });
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  };

  return {
    async rows(statement, values = []) {
      try {
        return await run(pool, statement, values);
      } catch (error) {
        throw databaseError(error);
      }
    },
    async transaction(body) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(body);
        } catch (error) {
          const code = error instanceof pg.DatabaseError ? error.code : undefined;
          if (attempt < attempts && code !== undefined && retried.has(code)) continue;
          throw databaseError(error);
        }
      }
    },
    close: () => pool.end(),
  };
}
