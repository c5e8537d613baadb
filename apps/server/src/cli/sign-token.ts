import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SignJWT } from 'jose';
import { algorithmOf } from '#auth/key-algorithm.js';
import { checkedName } from '#auth/user-id-of-name.js';
import { CommandFailed, usageError } from './command.ts';

interface SignOptions {
  readonly userId: string;
  readonly keyFile: string;
  /** 90s, 15m, 1h, 7d */
  readonly lifetime: string;
  readonly algorithm?: string | undefined;
  readonly name?: string | undefined;
  readonly keyId?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const maxLifetimeSeconds = 366 * 86_400;

/** A token signed with the private key of a file, as an identity provider would make it. */
export async function signToken(
  options: SignOptions,
): Promise<{ readonly token: string; readonly userId: string }> {
  if (!uuid.test(options.userId)) throw usageError('--sub: expected a UUID');
  const lifetimeSeconds = parseLifetime(options.lifetime);
  const key = await readPrivateKey(options.keyFile);
  const judged = algorithmOf(createPublicKey(key));
  if ('problem' in judged) throw new CommandFailed(`--key: the key ${judged.problem}`);
  if (options.algorithm !== undefined && options.algorithm !== judged.algorithm) {
    throw usageError(`--alg: this key signs with ${judged.algorithm}`);
  }
  const { name, issuer, audience, keyId } = options;
  const userId = options.userId.toLowerCase();
  const issuedAt = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({
    ...(name === undefined ? {} : { name: checkedName(name) }),
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(audience === undefined ? {} : { aud: audience }),
  })
    .setProtectedHeader({
      alg: judged.algorithm,
      typ: 'JWT',
      ...(keyId === undefined ? {} : { kid: keyId }),
    })
    .setSubject(userId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(key);
  return { token, userId };
}

function parseLifetime(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? 0);
  if (!(seconds >= 1 && seconds <= maxLifetimeSeconds)) {
    throw usageError('--ttl: expected a duration such as 90s, 15m, 1h or 7d, a year at most');
  }
  return seconds;
}

async function readPrivateKey(file: string): Promise<KeyObject> {
  const pem = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandFailed(`--key: ${error.message}`);
  });
  try {
    return createPrivateKey(pem);
  } catch {
    // The parser's own words may quote the key.
    throw new CommandFailed(`--key: ${file} does not hold a private key in PEM without passphrase`);
  }
}
