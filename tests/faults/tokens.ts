import { createHash, generateKeyPairSync, sign } from 'node:crypto';

export interface SigningKey {
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
}

export function createSigningKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKeyPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKeyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

const lifeSeconds = 600;

/** A JWT (RFC 7519) signed with Ed25519 (RFC 8037). */
export function signToken(privateKeyPem: string, userId: string): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + lifeSeconds;
  const signed = `${encode({ alg: 'EdDSA', typ: 'JWT' })}.${encode({ sub: userId, exp })}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKeyPem).toString('base64url')}`;
}

/** The same name gives the same user. */
export function userIdOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
