import { maxSetBytes, parseKeySet } from '#auth/jwks.js';
import { algorithms } from '#auth/key-algorithm.js';
import { readPemKeys } from '#auth/pem-keys.js';
import { readBounded } from '#auth/read-bounded.js';
import type { Config } from '#config/config.js';
import { type Finding, fail, ok, reason } from './finding.ts';

const subject = 'token keys';
const timeoutMs = 5_000;

export async function checkTokenKeys({ auth, database }: Config): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (auth.publicKeyPem !== undefined) findings.push(checkPem(auth.publicKeyPem));
  if (auth.jwksUrl !== undefined) findings.push(await checkKeySet(auth.jwksUrl));
  if (findings.length > 0) return findings;
  if (database.url === undefined) return [ok(subject, 'embedded default: made on first use')];
  return [fail(subject, 'none', 'set JWT_PUBLIC_KEY_PEM or JWKS_URL')];
}

function checkPem(pem: string): Finding {
  try {
    const found = readPemKeys(pem, algorithms).map((key) => key.algorithm);
    return ok(subject, `JWT_PUBLIC_KEY_PEM holds ${found.length} (${found.join(', ')})`);
  } catch (error) {
    return fail(subject, reason(error), 'copy the public key from the token issuer again');
  }
}

async function checkKeySet(url: string): Promise<Finding> {
  const { host } = new URL(url);
  try {
    const text = await readBounded(url, { timeoutMs, maxBytes: maxSetBytes });
    const found = parseKeySet(text, algorithms).map((key) => key.algorithm);
    if (found.length > 0) return ok(subject, `${host} publishes ${found.length} (${found})`);
    return fail(
      subject,
      `${host} publishes no key that verifies tokens`,
      `the issuer must sign with one of ${algorithms.join(', ')}`,
    );
  } catch (error) {
    return fail(subject, `${host}: ${reason(error)}`, 'check JWKS_URL and the way there');
  }
}
