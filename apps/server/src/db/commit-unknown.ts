import pg from 'pg';
import { NovaError } from '../errors.ts';

/** The connection broke between sending `commit` and its answer: stored or not, nobody knows. */
export class CommitUnknown extends NovaError {
  constructor(cause: unknown) {
    super(
      'unavailable',
      'the database went away while storing: ask again with the same id or key',
      {
        retryAfterMs: 1_000,
        cause,
      },
    );
  }
}

/**
 * Waits for the last statements of a pipeline and the commit sent with them. Throws what PostgreSQL
 * refused, then nothing is stored; `CommitUnknown` where the connection broke.
 */
export async function committed(sent: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(sent);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  // A statement that PostgreSQL refused turned the commit into a rollback. Anything else broke
  // the connection with the commit already on its way.
  const error: unknown = failed.reason;
  const refused = error instanceof pg.DatabaseError && !error.code?.startsWith('57');
  throw refused ? error : new CommitUnknown(error);
}
