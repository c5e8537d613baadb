/**
 * Whole transactions in one round trip: some statements and one `Sync` leave in one write, and
 * PostgreSQL answers them all in one (protocol 3, extended query: what stands between two `Sync` is
 * one implicit transaction, committed by the second). Each statement sees what was committed before
 * it began, so one that follows a lock sees all that the lock was waited for.
 */
import pg from 'pg';
import { CommitUnknown } from './commit-unknown.ts';
import type { DatabaseOptions, Statement } from './database.ts';
import { failureOf, type QueryFailure } from './database-error.ts';
import { type LastingOptions, lastingClient } from './lasting-client.ts';

/** A value as it travels: text in PostgreSQL's notation, bytes, or null. */
export type WireValue = string | Buffer | null;
/** The columns of a row, as text. */
export type WireRow = readonly (string | null)[];

export interface ExchangeConnection {
  /**
   * Runs the statements of the connection in their order, each with its values, as one
   * transaction; resolves with the rows of each. Throws what PostgreSQL refused, then nothing is
   * stored; `CommitUnknown` where the connection broke with the commit on its way.
   */
  run(values: readonly (readonly WireValue[])[]): Promise<readonly (readonly WireRow[])[]>;
  close(): Promise<void>;
}

interface ExchangeOptions extends LastingOptions, Pick<DatabaseOptions, 'onQuery'> {
  /** Prepared when the connection opens. The last one's name is the label of the metrics. */
  readonly statements: readonly Statement[];
}

/** What of the driver's connection is used here. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: Statement): void;
  bind(message: { readonly statement: string; readonly values: readonly WireValue[] }): void;
  execute(message: object): void;
  sync(): void;
}

export function exchangeConnection(options: ExchangeOptions): ExchangeConnection {
  const { statements, onQuery } = options;
  const label = statements.at(-1)?.name ?? '';
  const lasting = lastingClient(options, {
    begin: async (fresh) => {
      await submit(fresh, (wire) => {
        for (const statement of statements) wire.parse(statement);
      });
    },
  });
  return {
    async run(values) {
      const client = await lasting.open();
      const started = performance.now();
      let failure: QueryFailure | undefined;
      try {
        return await submit(client, (wire) => {
          for (const [index, { name }] of statements.entries()) {
            wire.bind({ statement: name, values: values[index] ?? [] });
            wire.execute({});
          }
        });
      } catch (error) {
        failure = failureOf(error);
        if (isRefusal(error)) throw error;
        lasting.drop(client);
        throw new CommitUnknown(error);
      } finally {
        onQuery?.(label, (performance.now() - started) / 1000, failure);
      }
    },
    close: () => lasting.close(),
  };
}

/** An error of a statement, which undid the transaction; not one that ended the session. */
const isRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !error.code?.startsWith('57P');

function submit(
  client: pg.Client,
  send: (wire: Wire) => void,
): Promise<readonly (readonly WireRow[])[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly (readonly WireRow[])[]>();
  const results: WireRow[][] = [];
  let rows: WireRow[] = [];
  // What the driver calls of a query object: it hands on the server's messages one by one.
  client.query({
    submit(connection: unknown) {
      const wire = connection as Wire;
      wire.stream.cork();
      try {
        send(wire);
        wire.sync();
      } finally {
        wire.stream.uncork();
      }
      return null;
    },
    handleDataRow({ fields }: { readonly fields: WireRow }) {
      rows.push(fields);
    },
    handleCommandComplete() {
      results.push(rows);
      rows = [];
    },
    handleReadyForQuery: () => resolve(results),
    handleError: reject,
  } as pg.Submittable);
  return promise;
}
