// Keys and tokens for tests of the verifier, good ones and forged ones.
import { generateKeyPairSync, randomUUID, sign as signBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect } from 'vitest';
import { NovaError } from '#errors.js';
import { createTokenVerifier, type TokenVerifierOptions } from '../verify-token.ts';

export const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
export const stranger = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
export const pem = (pair: (typeof pairs)['EdDSA']): string =>
  pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
export const publicKeysPem = Object.values(pairs).map(pem).join('\n');

export const nowMs = Date.parse('2026-06-01T12:00:00.000Z');
export const nowSeconds = nowMs / 1000;
export const userId = randomUUID();

export const verifier = (options: TokenVerifierOptions = {}) =>
  createTokenVerifier({ publicKeysPem, now: () => nowMs, ...options });

export const claims = { sub: userId, exp: nowSeconds + 600 };

export function token(
  payload: Record<string, unknown> = claims,
  header: Record<string, unknown> & { alg?: keyof typeof pairs } = {},
  keys: typeof pairs = pairs,
): Promise<string> {
  const { alg = 'RS256' } = header;
  return new SignJWT(payload).setProtectedHeader({ ...header, alg }).sign(keys[alg].privateKey);
}

/** Signed by hand, so that headers come out that the library would not make. */
export function rawToken(header: unknown, payload: unknown, pair = pairs.RS256): string {
  const part = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${signBytes('sha256', Buffer.from(signed), pair.privateKey).toString('base64url')}`;
}

export async function refusal(text: string, options: TokenVerifierOptions = {}): Promise<string> {
  const outcome = await (await verifier(options)).verify(text).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(NovaError);
  const error = outcome as NovaError;
  expect(error.code).toBe('unauthenticated');
  if (text.length > 8) expect(error.message).not.toContain(text.slice(0, 100));
  return error.message;
}
