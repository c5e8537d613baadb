import { limits } from '@nova/protocol/wire';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { type KeySet, openKeySet } from './jwks.ts';
import { type Algorithm, algorithms as allAlgorithms, type VerifyKey } from './key-algorithm.ts';
import { readPemKeys } from './pem-keys.ts';
import { readClaims, type VerifiedToken } from './token-claims.ts';
import { readTokenHeader, type TokenHeader, unauthenticated } from './token-header.ts';
import { openVerifiedTokens } from './verified-tokens.ts';

export type { VerifiedToken } from './token-claims.ts';

export interface TokenVerifierOptions {
  /** One or several PEM blocks: SPKI, PKCS#1 or certificate; RSA, EC P-256 or Ed25519. */
  readonly publicKeysPem?: string | undefined;
  readonly jwksUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly algorithms?: readonly Algorithm[];
  /** How far the issuer's clock and ours may disagree. Default 5. */
  readonly clockToleranceSeconds?: number;
  /**
   * Verified tokens remembered until they expire. Default 50,000: more than a node has sockets, or
   * a crowd that comes back would push out its own.
   */
  readonly cacheSize?: number;
  readonly jwksTimeoutMs?: number;
  readonly jwksCoolDownMs?: number;
  readonly now?: () => number;
}

export interface TokenVerifier {
  /**
   * Who the token's bearer is. Throws `unauthenticated` in words that tell what is wrong and hold
   * nothing of the token, or `unavailable` when the issuer's keys cannot be read.
   */
  verify(token: string): Promise<VerifiedToken>;
}

/** Asking for keys again keeps an unused key set fresh; keys from the configuration stay. */
const keptWithKeySetMs = 600_000;

export async function createTokenVerifier(options: TokenVerifierOptions): Promise<TokenVerifier> {
  const { publicKeysPem, jwksUrl, algorithms = allAlgorithms, now = Date.now } = options;
  const toleranceSeconds = options.clockToleranceSeconds ?? 5;
  const pemKeys = publicKeysPem === undefined ? [] : readPemKeys(publicKeysPem, algorithms);
  const keySet =
    jwksUrl === undefined
      ? undefined
      : openKeySet({
          url: jwksUrl,
          algorithms,
          now,
          ...(options.jwksTimeoutMs === undefined ? {} : { timeoutMs: options.jwksTimeoutMs }),
          ...(options.jwksCoolDownMs === undefined ? {} : { coolDownMs: options.jwksCoolDownMs }),
        });
  if (pemKeys.length === 0 && keySet === undefined) {
    throw new Error('tokens cannot be verified: set JWT_PUBLIC_KEY_PEM or JWKS_URL');
  }
  // Early, so that the first handshake need not wait for it; a failure is told then.
  void keySet?.refresh();
  const verified = openVerifiedTokens({
    size: options.cacheSize ?? 50_000,
    keptMs: keySet === undefined ? Number.POSITIVE_INFINITY : keptWithKeySetMs,
    now,
  });

  const claimsBy = async (token: string, { key, algorithm }: VerifyKey): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'sub'],
      ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
      ...(options.audience === undefined ? {} : { audience: options.audience }),
    });
    return payload;
  };

  /** Undefined where none of the keys made the signature. */
  const verifyWith = async (
    token: string,
    keys: readonly VerifyKey[],
  ): Promise<VerifiedToken | undefined> => {
    for (const key of keys) {
      try {
        return readClaims(await claimsBy(token, key));
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw refusal(error);
      }
    }
    return undefined;
  };

  const verifyAfresh = async (token: string, header: TokenHeader): Promise<VerifiedToken> => {
    if (!algorithms.includes(header.algorithm)) {
      throw unauthenticated("the token's algorithm is not allowed");
    }
    // Keys given as PEM have no name, so a token's kid says nothing about them.
    const ofType = pemKeys.filter((candidate) => candidate.algorithm === header.algorithm);
    const byPem = await verifyWith(token, ofType);
    if (byPem !== undefined) return byPem;
    const byKeySet = keySet === undefined ? undefined : await verifyByKeySet(token, header, keySet);
    if (byKeySet !== undefined) return byKeySet;
    throw unauthenticated("the token's signature is of no known key");
  };

  const verifyByKeySet = async (
    token: string,
    { algorithm, keyId }: TokenHeader,
    set: KeySet,
  ): Promise<VerifiedToken | undefined> => {
    const keys = await set.keysFor(algorithm, keyId);
    const { generation } = set;
    const found = await verifyWith(token, keys);
    if (found !== undefined || keys.length === 0) return found;
    // Issuers that name no keys, or use a name again, rotate without being noticed by it.
    await set.refresh();
    if (set.generation === generation) return undefined;
    return verifyWith(token, await set.keysFor(algorithm, keyId));
  };

  return {
    async verify(token) {
      if (token.length > limits.tokenLength) {
        throw unauthenticated(`the token is longer than ${limits.tokenLength} characters`);
      }
      const generation = keySet?.generation ?? 0;
      const known = verified.get(token, generation);
      if (known !== undefined) return known;
      const fresh = await verifyAfresh(token, readTokenHeader(token));
      verified.keep(token, fresh, generation);
      return fresh;
    },
  };
}

const claimWords: Readonly<Record<string, string>> = {
  nbf: 'the token is not valid yet',
  iss: "the token's issuer is not accepted",
  aud: 'the token is meant for another audience',
};

/** The library's errors carry the token's payload: only our own words leave this room. */
function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return unauthenticated('the token expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return unauthenticated(`the token has no ${error.claim}`);
    const words = error.reason === 'invalid' ? undefined : claimWords[error.claim];
    return unauthenticated(words ?? `the token's ${error.claim} is malformed`);
  }
  return error instanceof errors.JOSEError ? unauthenticated('the token is malformed') : error;
}
