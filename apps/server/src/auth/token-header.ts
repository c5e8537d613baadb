import { NovaError } from '#errors.js';
import { type Algorithm, algorithms } from './key-algorithm.ts';

export interface TokenHeader {
  readonly algorithm: Algorithm;
  readonly keyId: string | undefined;
}

/** Members with which a token would bring or name its own key, or change how it is read. */
const refusedMembers = ['crit', 'jwk', 'jku', 'x5c', 'x5u', 'b64', 'zip'] as const;
const acceptedTypes = new Set(['jwt', 'at+jwt']);
const maxKeyIdLength = 256;

/** What the header of a compact JWS says, before any key is looked at. */
export function readTokenHeader(token: string): TokenHeader {
  const parts = token.split('.');
  if (parts.length !== 3) throw unauthenticated('the token is not a signed JWT');
  const header = parse(parts[0] ?? '');
  for (const member of refusedMembers) {
    if (Object.hasOwn(header, member)) {
      throw unauthenticated(`the token's header holds ${member}, which is not accepted`);
    }
  }
  const { alg, kid, typ } = header;
  const algorithm = algorithms.find((known) => known === alg);
  if (algorithm === undefined) throw unauthenticated("the token's algorithm is not allowed");
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKeyIdLength)) {
    throw unauthenticated("the token's kid is not a short text");
  }
  if (typ !== undefined && !isAcceptedType(typ)) {
    throw unauthenticated("the token's typ is not JWT or at+jwt");
  }
  return { algorithm, keyId: kid };
}

export function unauthenticated(message: string, cause?: unknown): NovaError {
  return new NovaError('unauthenticated', message, { cause });
}

/** Tokens made for another purpose (logout, proof of possession) name it in `typ`. */
function isAcceptedType(typ: unknown): boolean {
  return (
    typeof typ === 'string' && acceptedTypes.has(typ.toLowerCase().replace(/^application\//, ''))
  );
}

function parse(part: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
      return header as Record<string, unknown>;
    }
  } catch {
    // Falls through: not JSON.
  }
  throw unauthenticated('the token is malformed');
}
