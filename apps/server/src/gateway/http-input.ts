import type { Operation } from '@nova/protocol';
import { checkStrings } from '#dispatch/check-strings.js';
import { NovaError } from '../errors.ts';

interface Parts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
}

/**
 * The input of an operation from the parts of an HTTP request: path, query, body and the
 * Idempotency-Key header. A field may stand in one part only.
 */
export function httpInput(operation: Operation, parts: Parts): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const put = (name: string, value: unknown): void => {
    if (Object.hasOwn(input, name)) {
      throw new NovaError('invalidRequest', `${name}: given twice`, {
        details: [{ field: name, expected: 'one value, in the path, the query or the body' }],
      });
    }
    Object.defineProperty(input, name, { value, enumerable: true });
  };
  for (const [name, value] of Object.entries(asObject(parts.params))) put(name, value);
  for (const [name, value] of Object.entries(asObject(parts.query))) {
    put(name, coerce(operation, name, value));
  }
  for (const [name, value] of Object.entries(asObject(parts.body))) put(name, value);
  if (parts.idempotencyKey !== undefined && 'idempotencyKey' in operation.input.properties) {
    put('idempotencyKey', parts.idempotencyKey);
  }
  checkStrings('\\u', { ...asObject(parts.params), ...asObject(parts.query) });
  return input;
}

function asObject(part: unknown): Readonly<Record<string, unknown>> {
  if (part === undefined || part === null) return {};
  if (typeof part === 'object' && !Array.isArray(part)) return part as Record<string, unknown>;
  throw new NovaError('invalidRequest', 'body: expected a JSON object', {
    details: [{ field: 'body', expected: 'a JSON object' }],
  });
}

/** Query values are text; those that the contract calls integers become numbers. */
function coerce(operation: Operation, name: string, value: unknown): unknown {
  const schema = operation.input.properties[name] as { type?: string } | undefined;
  const whole = schema?.type === 'integer' && typeof value === 'string' && /^-?[0-9]+$/.test(value);
  return whole ? Number(value) : value;
}
