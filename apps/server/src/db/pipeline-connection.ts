import pg from 'pg';
import { type DatabaseOptions, type Queryable, sessionBounds } from './database.ts';
import { databaseError, failureOf, type QueryFailure } from './database-error.ts';
import { typeParsers } from './type-parsers.ts';

/**
 * One connection of its own on which statements are sent without waiting for the answers of
 * earlier ones. Opened at first use and again after it broke.
 */
export interface PipelineConnection {
  /** Statements submitted in one `send` leave together; each promise settles in order. */
  open(): Promise<Pipeline>;
  close(): Promise<void>;
}

export interface Pipeline extends Queryable {
  /** `begin`, `commit`, `rollback`: sent like any other statement of the pipeline. */
  command(text: 'begin' | 'commit' | 'rollback'): Promise<void>;
}

type Options = Pick<DatabaseOptions, 'connectionString' | 'poolTimeoutMs' | 'onQuery'>;

export function pipelineConnection(options: Options): PipelineConnection {
  let client: pg.Client | undefined;
  let opening: Promise<pg.Client> | undefined;

  const connect = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({
      connectionString: options.connectionString,
      connectionTimeoutMillis: options.poolTimeoutMs,
      pipeline: true,
      types: typeParsers,
      application_name: 'nova-writer',
      // Every statement of the writer is a look-up by key. Without statistics (a young table) the
      // planner may prefer a sequential scan and keep that plan while the table grows.
      options: '-c enable_seqscan=off -c jit=off',
      ...sessionBounds,
    });
    const forget = (): void => {
      if (client === fresh) client = undefined;
    };
    fresh.on('error', forget);
    fresh.on('end', forget);
    await fresh.connect();
    client = fresh;
    return fresh;
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
      const current = client;
      if (current === undefined) throw databaseError(new Error('Connection terminated'));
      return pipelineOn(current, options.onQuery);
    },
    async close() {
      await client?.end().catch(() => undefined);
    },
  };
}

function pipelineOn(client: pg.Client, onQuery: Options['onQuery']): Pipeline {
  return {
    async rows<Row>(
      statement: { readonly name: string; readonly text: string },
      values: readonly unknown[] = [],
    ) {
      const started = performance.now();
      let failure: QueryFailure | undefined;
      try {
        const result = await client.query({ ...statement, values: values as unknown[] });
        return result.rows as Row[];
      } catch (error) {
        failure = failureOf(error);
        throw error;
      } finally {
        onQuery?.(statement.name, (performance.now() - started) / 1000, failure);
      }
    },
    async command(text) {
      await client.query(text);
    },
  };
}
