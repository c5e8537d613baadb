import { errors } from '@nova/protocol/wire';
import type { NovaError } from '../errors.ts';

export const problemType = 'application/problem+json; charset=utf-8';

/** The error of an HTTP answer (RFC 9457), with the same fields as in a WebSocket reply. */
export function problemOf(error: NovaError, requestId?: string) {
  return {
    type: 'about:blank',
    title: errors[error.code].meaning,
    status: error.status,
    detail: error.message,
    ...(requestId === undefined ? {} : { requestId }),
    ...error.toObject(),
  };
}
