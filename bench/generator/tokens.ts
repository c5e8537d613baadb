import { createPrivateKey, type KeyObject, sign } from 'node:crypto';

const lifetimeSeconds = 4 * 3_600;

/** RS256 tokens (RFC 7515, RFC 7518 §3.3) as an identity provider would issue them. */
export function signTokens(users: readonly string[], signingKeyPem: string): string[] {
  const key = createPrivateKey(signingKeyPem);
  const expiresAt = Math.floor(Date.now() / 1_000) + lifetimeSeconds;
  return users.map((user) => signToken(user, expiresAt, key));
}

function signToken(user: string, expiresAt: number, key: KeyObject): string {
  const claims = { sub: user, name: `user ${user.slice(0, 8)}`, exp: expiresAt };
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
