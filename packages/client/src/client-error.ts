import { type ErrorCode, type ErrorDetail, type ErrorObject, errors } from '@nova/protocol/wire';

/**
 * What can go wrong on this side of the wire. `timeout`: no reply in time; `disconnected`: the
 * socket ended before the reply of a request that must not be sent twice; `closed`: the client was
 * closed; `outboxFull`: too many messages wait; `discarded`: the application took the message back;
 * `storage`: the outbox could not be written; `mediaDenied`: the microphone, camera or screen was
 * refused or is not there.
 */
export type ClientErrorCode =
  | 'timeout'
  | 'disconnected'
  | 'closed'
  | 'outboxFull'
  | 'discarded'
  | 'storage'
  | 'mediaDenied';

/** The one error the SDK rejects with: a code of the contract's table, or one of its own. */
export class NovaClientError extends Error {
  override readonly name = 'NovaClientError';
  readonly code: ErrorCode | ClientErrorCode;
  /** Wait at least this long before trying again. */
  readonly retryAfterMs: number | undefined;
  /** What is wrong with the request, field by field. */
  readonly details: readonly ErrorDetail[];

  constructor(
    code: ErrorCode | ClientErrorCode,
    message: string,
    more: { retryAfterMs?: number; details?: readonly ErrorDetail[]; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.retryAfterMs = more.retryAfterMs;
    this.details = more.details ?? [];
  }

  /** Whether the same request can succeed later. */
  get retryable(): boolean {
    const { code } = this;
    if (code in errors) return errors[code as ErrorCode].retry === 'later';
    return code === 'timeout' || code === 'disconnected';
  }
}

export function fromErrorObject(error: ErrorObject): NovaClientError {
  return new NovaClientError(error.code, error.message, {
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.details === undefined ? {} : { details: error.details }),
  });
}

export const toClientError = (error: unknown): NovaClientError =>
  error instanceof NovaClientError
    ? error
    : new NovaClientError('internal', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
