import type { KeyObject } from 'node:crypto';

export const algorithms = ['RS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof algorithms)[number];

/** A key that verifies tokens, bound to the one algorithm it may be used with. */
export interface VerifyKey {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
  /** Its name in a key set; keys given as PEM have none. */
  readonly keyId?: string | undefined;
}

export const minRsaBits = 2_048;

/**
 * The only algorithm a key of this type verifies: the token never chooses (RFC 8725 §3.1), or an
 * RSA public key would serve as an HMAC secret. A text says why a key cannot be used.
 */
export function algorithmOf(
  key: KeyObject,
): { readonly algorithm: Algorithm } | { readonly problem: string } {
  if (key.type !== 'public') return { problem: `is a ${key.type} key` };
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if (modulusLength >= minRsaBits) return { algorithm: 'RS256' };
      return { problem: `has ${modulusLength} bits; RSA keys need at least ${minRsaBits}` };
    case 'ec':
      if (namedCurve === 'prime256v1') return { algorithm: 'ES256' };
      return { problem: `is on the curve ${namedCurve}; only P-256 is accepted` };
    case 'ed25519':
      return { algorithm: 'EdDSA' };
    default:
      return {
        problem: `is of type ${key.asymmetricKeyType}; RSA, P-256 and Ed25519 are accepted`,
      };
  }
}
