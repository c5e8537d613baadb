import type { NovaClientError } from '../client-error.ts';

/** What to do with a message that did not get through. */
export type Verdict = 'refused' | 'later' | 'pauseAll';

/** A message on which the service fails this often is not kept in the way of the next ones. */
const maxInternalAttempts = 8;

export function verdictOf(error: NovaClientError, attempt: number): Verdict {
  switch (error.code) {
    case 'rateLimited':
      return 'pauseAll';
    // The socket's token, not the message: the connection gets another one.
    case 'unauthenticated':
      return 'later';
    case 'internal':
      return attempt + 1 >= maxInternalAttempts ? 'refused' : 'later';
    default:
      return error.retryable || error.code === 'closed' ? 'later' : 'refused';
  }
}
