import { createHmac, type KeyObject, sign } from 'node:crypto';

export interface TokenOptions {
  readonly subject: string;
  readonly name?: string;
  /** Default one hour; negative: expired. */
  readonly lifetimeSeconds?: number;
  /** Merged over the claims that the options above make. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Merged over `{alg: "EdDSA", typ: "JWT"}`. */
  readonly header?: Readonly<Record<string, unknown>>;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A compact JWS made by hand, so that tests can make every wrong one too. A private key signs with
 * Ed25519, text or bytes are an HMAC secret, `undefined` leaves the signature empty.
 */
export function signToken(key: KeyObject | string | undefined, options: TokenOptions): string {
  const { subject, name, lifetimeSeconds = 3_600 } = options;
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims = {
    sub: subject,
    ...(name === undefined ? {} : { name }),
    iat: nowSeconds + Math.min(0, lifetimeSeconds),
    exp: nowSeconds + lifetimeSeconds,
    ...options.claims,
  };
  const signed = `${part({ alg: 'EdDSA', typ: 'JWT', ...options.header })}.${part(claims)}`;
  return `${signed}.${signature(key, signed)}`;
}

function signature(key: KeyObject | string | undefined, signed: string): string {
  if (key === undefined) return '';
  if (typeof key === 'string') return createHmac('sha256', key).update(signed).digest('base64url');
  return sign(null, Buffer.from(signed), key).toString('base64url');
}
