import { createPublicKey } from 'node:crypto';
import { type Algorithm, algorithmOf, type VerifyKey } from './key-algorithm.ts';

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const labels = new Set(['PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE']);
/** Tokens that name no key are tried against all: a longer list would cost each forger's guess. */
const maxKeys = 8;

/**
 * Public keys from one or several PEM blocks: SPKI, PKCS#1 or X.509 certificates, of which the
 * key alone counts.
 */
export function readPemKeys(pem: string, accepted: readonly Algorithm[]): readonly VerifyKey[] {
  const blocks = [...pem.matchAll(block)];
  if (blocks.length === 0) throw new Error('JWT_PUBLIC_KEY_PEM holds no PEM block');
  if (blocks.length > maxKeys) throw new Error(`JWT_PUBLIC_KEY_PEM holds over ${maxKeys} keys`);
  return blocks.map(([text, label = ''], index) => {
    const name = `JWT_PUBLIC_KEY_PEM, block ${index + 1} (${label})`;
    if (!labels.has(label)) throw new Error(`${name}: is not a public key`);
    const found = parse(text, name);
    if (!accepted.includes(found.algorithm)) {
      throw new Error(`${name}: is for ${found.algorithm}, which is not accepted`);
    }
    return found;
  });
}

function parse(text: string, name: string): VerifyKey {
  let key: ReturnType<typeof createPublicKey>;
  try {
    key = createPublicKey(text);
  } catch {
    // The parser's own words quote what it read.
    throw new Error(`${name}: cannot be read`);
  }
  const judged = algorithmOf(key);
  if ('problem' in judged) throw new Error(`${name}: ${judged.problem}`);
  return { key, algorithm: judged.algorithm };
}
