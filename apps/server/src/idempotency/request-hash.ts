import { createHmac } from 'node:crypto';

/**
 * Tells one request from another under the same key. Keyed, because a plain hash of a short text
 * could be guessed; the hash key is sealed with the reply.
 */
export function requestHash(hashKey: Buffer, input: Readonly<Record<string, unknown>>): Buffer {
  return createHmac('sha256', hashKey).update(canonicalJson(input)).digest();
}

/** The same text for the same fields in whatever order they came; the key itself is left out. */
function canonicalJson(input: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(input)
    .filter(([name, value]) => name !== 'idempotencyKey' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(fields);
}
