import type pg from 'pg';
import type { DatabaseOptions, Queryable, Statement } from './database.ts';
import { failureOf, type QueryFailure } from './database-error.ts';
import { Flight, type Passenger } from './flight.ts';
import { type LastingOptions, lastingClient } from './lasting-client.ts';

/**
 * One connection of its own on which statements are sent without waiting for the answers of
 * earlier ones. Opened at first use and again after it broke.
 */
export interface PipelineConnection {
  /**
   * Statements submitted in one turn leave together and are answered together; each promise settles
   * in order. One that is refused takes those behind it along.
   */
  open(): Promise<Pipeline>;
  close(): Promise<void>;
}

export interface Pipeline extends Queryable {
  /** `begin`, `commit`, `rollback`: sent like any other statement of the pipeline. */
  command(text: 'begin' | 'commit' | 'rollback'): Promise<void>;
}

type Options = LastingOptions & Pick<DatabaseOptions, 'onQuery'>;

export function pipelineConnection(options: Options): PipelineConnection {
  const lasting = lastingClient(options);
  return {
    open: async () => pipelineOn(await lasting.open(), options.onQuery),
    close: () => lasting.close(),
  };
}

function pipelineOn(client: pg.Client, onQuery: Options['onQuery']): Pipeline {
  let waiting: Passenger[] = [];
  const leave = (): void => {
    const passengers = waiting;
    waiting = [];
    client.query(new Flight(passengers));
  };
  const send = (statement: Statement, values: readonly unknown[]): Promise<pg.QueryResult> => {
    const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
    if (waiting.length === 0) queueMicrotask(leave);
    const settle: Passenger['settle'] = (error, result) =>
      error ? reject(error) : resolve(result);
    waiting.push({ statement, values, settle });
    return promise;
  };
  return {
    async rows<Row>(statement: Statement, values: readonly unknown[] = []) {
      const started = performance.now();
      let failure: QueryFailure | undefined;
      try {
        return (await send(statement, values)).rows as Row[];
      } catch (error) {
        failure = failureOf(error);
        throw error;
      } finally {
        onQuery?.(statement.name, (performance.now() - started) / 1000, failure);
      }
    },
    async command(text) {
      await send({ name: text, text }, []);
    },
  };
}
