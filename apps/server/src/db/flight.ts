/**
 * Several statements in one write that PostgreSQL answers in one (protocol 3, extended query): the
 * driver's own queries, but with a single `Sync` after the last. What follows a statement that was
 * refused is not carried out.
 */
import pg from 'pg';
import type { Statement } from './database.ts';
import { typeParsers } from './type-parsers.ts';

export interface Passenger {
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly settle: (error: Error | null | undefined, result: pg.QueryResult) => void;
}

/** What of the driver's connection is used here. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void; destroy(error: Error): void };
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
  sync(): void;
}

/** What the driver calls of a query object: it hands on the server's messages one by one. */
interface DriverQuery {
  readonly name: string;
  readonly text: string;
  submit(wire: Wire): Error | null;
  handleRowDescription(message: object): void;
  handleDataRow(message: object): void;
  handleCommandComplete(message: object, wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
  handleError(error: Error, wire: Wire): void;
}

export class Flight implements pg.Submittable {
  readonly #queries: readonly DriverQuery[];
  #current = 0;

  constructor(passengers: readonly Passenger[]) {
    this.#queries = passengers.map(({ statement, values, settle }) => {
      const config = { ...statement, values: [...values], types: typeParsers };
      return new pg.Query(config, settle as never) as unknown as DriverQuery;
    });
  }

  /** Of the statement that is answered now: the driver remembers what is parsed by its name. */
  get name(): string {
    return this.#queries[this.#current]?.name ?? '';
  }

  get text(): string {
    return this.#queries[this.#current]?.text ?? '';
  }

  submit(connection: pg.Connection): null {
    const wire = connection as unknown as Wire;
    const withoutSync = Object.create(wire, { sync: { value: () => undefined } }) as Wire;
    wire.stream.cork();
    try {
      for (const query of this.#queries) {
        const error = query.submit(withoutSync);
        // Nothing of the others may be carried out, a commit least of all.
        if (error !== null) wire.stream.destroy(error);
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: object): void {
    this.#queries[this.#current]?.handleRowDescription(message);
  }

  handleDataRow(message: object): void {
    this.#queries[this.#current]?.handleDataRow(message);
  }

  handleCommandComplete(message: object, wire: Wire): void {
    const query = this.#queries[this.#current];
    this.#current += 1;
    query?.handleCommandComplete(message, wire);
    query?.handleReadyForQuery(wire);
  }

  handleReadyForQuery(): void {
    // Each was settled when it was complete.
  }

  handleError(error: Error, wire: Wire): void {
    const failed = this.#queries.slice(this.#current);
    this.#current = this.#queries.length;
    for (const query of failed) {
      // What was not carried out was not parsed either.
      if (wire.parsedStatements[query.name] === undefined) {
        delete wire.submittedNamedStatements[query.name];
      }
      query.handleError(error, wire);
    }
  }
}
