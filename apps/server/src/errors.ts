import { type ErrorCode, type ErrorDetail, type ErrorObject, errors } from '@nova/protocol/wire';

interface Extra {
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
  readonly cause?: unknown;
}

/** The one error that crosses rooms: a code of the contract's table and words for a person. */
export class NovaError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly details: readonly ErrorDetail[] | undefined;

  constructor(code: ErrorCode, message: string, extra: Extra = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'NovaError';
    this.code = code;
    this.retryAfterMs = extra.retryAfterMs;
    this.details = extra.details;
  }

  get status(): number {
    return errors[this.code].status;
  }

  toObject(): ErrorObject {
    return {
      code: this.code,
      message: this.message,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** A request that is wrong in one field. */
export function invalidField(field: string, expected: string): NovaError {
  return new NovaError('invalidRequest', `${field}: expected ${expected}`, {
    details: [{ field, expected }],
  });
}

export function unavailable(dependency: string, cause?: unknown): NovaError {
  return new NovaError('unavailable', `${dependency} is not reachable; nothing was written`, {
    retryAfterMs: 1_000,
    cause,
  });
}

/** The same words whether it does not exist or is not the caller's: neither is told. */
export function conversationNotFound(): NovaError {
  return new NovaError('notFound', 'no such conversation');
}
