import type { Static, TObject, TSchema } from 'typebox';
import type { ErrorCode } from '../errors.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * How a repeated request is recognised: `messageId` by the message's id, `key` by an optional
 * idempotency key, `nature` because doing it twice is doing it once, `read` because it changes
 * nothing.
 */
export type Repeat = 'messageId' | 'key' | 'nature' | 'read';

export interface Operation<
  Name extends string = string,
  Input extends TObject = TObject,
  Output extends TSchema = TSchema,
> {
  readonly name: Name;
  readonly summary: string;
  /** Absent for operations about the socket itself. Paths stand below `/api/v1`. */
  readonly http?: { readonly method: HttpMethod; readonly path: string; readonly status: number };
  readonly repeat: Repeat;
  readonly input: Input;
  readonly output: Output;
  /** Besides those that any operation can answer with: see `commonErrors`. */
  readonly errors: readonly ErrorCode[];
}

export type InputOf<Op extends Operation> = Static<Op['input']>;
export type OutputOf<Op extends Operation> = Static<Op['output']>;

/** Any operation may answer with these. */
export const commonErrors: readonly ErrorCode[] = [
  'invalidRequest',
  'unauthenticated',
  'payloadTooLarge',
  'rateLimited',
  'internal',
  'unavailable',
];

export function defineOperation<
  const Name extends string,
  Input extends TObject,
  Output extends TSchema,
>(operation: Operation<Name, Input, Output>): Operation<Name, Input, Output> {
  return operation;
}

/** HTTP binding: `http('POST', '/conversations', 201)`. */
export const http = (method: HttpMethod, path: string, status = 200) => ({ method, path, status });
