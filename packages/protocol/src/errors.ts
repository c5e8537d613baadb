/**
 * The one table of errors. `status` is the HTTP status, `retry` tells whether the same request can
 * succeed later: `never` as it stands, `later` after `retryAfterMs`, `changed` once the named state
 * was read again. Codes are added, never renamed or reused.
 */
export const errors = {
  invalidRequest: { status: 400, retry: 'never', meaning: 'a field is missing, unknown or wrong' },
  unauthenticated: { status: 401, retry: 'never', meaning: 'no valid token' },
  forbidden: { status: 403, retry: 'never', meaning: 'the caller may see this but not do it' },
  blocked: { status: 403, retry: 'never', meaning: 'one of the two blocked the other' },
  editWindowClosed: { status: 403, retry: 'never', meaning: 'the message is too old to edit' },
  recallWindowClosed: {
    status: 403,
    retry: 'never',
    meaning: 'the message is too old for its sender to delete',
  },
  notFound: { status: 404, retry: 'never', meaning: 'it does not exist for the caller' },
  idConflict: { status: 409, retry: 'never', meaning: 'the id or key was used for something else' },
  versionConflict: { status: 409, retry: 'changed', meaning: 'it was changed by somebody else' },
  conversationFull: { status: 409, retry: 'never', meaning: 'the conversation has no free place' },
  callBusy: { status: 409, retry: 'later', meaning: 'one of the two is in another call' },
  callFull: { status: 409, retry: 'later', meaning: 'the call has no free place' },
  answeredElsewhere: {
    status: 409,
    retry: 'never',
    meaning: 'another device of the caller answered the call',
  },
  callOver: { status: 410, retry: 'never', meaning: 'the call has ended' },
  messageTooLong: { status: 413, retry: 'never', meaning: 'the text is over the limit' },
  payloadTooLarge: { status: 413, retry: 'never', meaning: 'the request is over the byte limit' },
  unsupportedMedia: { status: 415, retry: 'never', meaning: 'the body is not of a known type' },
  rateLimited: { status: 429, retry: 'later', meaning: 'too many requests' },
  internal: { status: 500, retry: 'later', meaning: 'the service failed; it was logged' },
  unavailable: { status: 503, retry: 'later', meaning: 'a dependency is down' },
} as const satisfies Record<string, ErrorDefinition>;

interface ErrorDefinition {
  readonly status: number;
  readonly retry: 'never' | 'later' | 'changed';
  readonly meaning: string;
}

export type ErrorCode = keyof typeof errors;

/** One thing that is wrong with a request: where, and what was expected there. */
export interface ErrorDetail {
  /** Dotted path of the field, `text` or `memberIds.3`; empty for the request itself. */
  readonly field: string;
  readonly expected: string;
}

/** The error object of a WebSocket reply; the same fields stand in a problem+json (RFC 9457). */
export interface ErrorObject {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
}
