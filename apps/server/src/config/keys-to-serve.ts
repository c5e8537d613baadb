import type { Config } from './config.ts';

/**
 * What serving lacks on a database of the operator's: keys are generated with the embedded database
 * only, where they cannot differ from what it was written with.
 */
export function keysToServe({ database, sealing, auth }: Config): readonly string[] {
  if (database.url === undefined) return [];
  const problems: string[] = [];
  if (sealing.keyB64 === undefined) {
    problems.push(
      'SECRETBOX_KEY_B64: required beside DATABASE_URL: expected 32 bytes in base64 (openssl rand -base64 32)',
    );
  }
  if (auth.publicKeyPem === undefined && auth.jwksUrl === undefined) {
    problems.push('JWT_PUBLIC_KEY_PEM or JWKS_URL: one of them is required beside DATABASE_URL');
  }
  return problems;
}
