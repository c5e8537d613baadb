// Keys and tokens of the embedded default: made on first use and kept in its data directory, so
// that users, tokens and messages outlive a restart.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import path from 'node:path';
import { SignJWT } from 'jose';
import { keptSecret } from './kept-secret.ts';
import { checkedName, userIdOfName } from './user-id-of-name.ts';

export interface DevelopmentIssuer {
  readonly publicKeyPem: string;
  /** A token for the user that the name stands for; the same name is always the same user. */
  issue(name: string): Promise<{ readonly token: string; readonly userId: string }>;
}

interface IssuerOptions {
  /** Claims that the verifier is configured to expect. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly now?: () => number;
}

const keyFile = 'development-token-key.pem';
const secretboxFile = 'development-secretbox-key';
const lifetimeSeconds = 12 * 3_600;

export async function openDevelopmentIssuer(
  dataDir: string,
  options: IssuerOptions = {},
): Promise<DevelopmentIssuer> {
  const privateKey = readKey(
    path.join(dataDir, keyFile),
    await keptSecret(dataDir, keyFile, () =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  );
  const { now = Date.now } = options;
  return {
    publicKeyPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    async issue(givenName) {
      const name = checkedName(givenName);
      const userId = userIdOfName(name);
      const issuedAt = Math.floor(now() / 1000);
      const token = new SignJWT({
        name,
        ...(options.issuer === undefined ? {} : { iss: options.issuer }),
        ...(options.audience === undefined ? {} : { aud: options.audience }),
      })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetimeSeconds);
      return { token: await token.sign(privateKey), userId };
    },
  };
}

/** The master key of the embedded default, in base64. */
export async function openDevelopmentSecretbox(dataDir: string): Promise<string> {
  const text = await keptSecret(dataDir, secretboxFile, () => randomBytes(32).toString('base64'));
  const key = text.trim();
  if (Buffer.from(key, 'base64').length !== 32) {
    throw new Error(`${path.join(dataDir, secretboxFile)} does not hold 32 bytes in base64`);
  }
  return key;
}

function readKey(file: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The parser's own words may quote the key.
  }
  throw new Error(`${file} does not hold an Ed25519 private key`);
}
