import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

export type Environment = Readonly<Record<string, string>>;

/** The keys of one test installation: whoever holds them can sign any token. */
export interface TestKeys {
  readonly privateKey: KeyObject;
  readonly publicKeyPem: string;
  readonly secretboxKeyB64: string;
}

export function openKeys(): TestKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    secretboxKeyB64: randomBytes(32).toString('base64'),
  };
}

/** The environment of a node under test; `config` wins over it. */
export function environmentOf(
  keys: TestKeys,
  databaseUrl: string,
  config: Environment = {},
): Environment {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    METRICS_PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_TIMEOUT: '5',
    JWT_PUBLIC_KEY_PEM: keys.publicKeyPem,
    SECRETBOX_KEY_B64: keys.secretboxKeyB64,
    DRAIN_SECONDS: '0',
    LOG_LEVEL: 'debug',
    ...config,
  };
}
