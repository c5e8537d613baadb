import type pg from 'pg';
import type { DatabaseOptions, Queryable } from './database.ts';
import { failureOf, type QueryFailure } from './database-error.ts';
import { type LastingOptions, lastingClient } from './lasting-client.ts';

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

type Options = LastingOptions & Pick<DatabaseOptions, 'onQuery'>;

export function pipelineConnection(options: Options): PipelineConnection {
  const lasting = lastingClient(options, { pipeline: true });
  return {
    open: async () => pipelineOn(await lasting.open(), options.onQuery),
    close: () => lasting.close(),
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
