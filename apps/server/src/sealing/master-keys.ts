import { createHash } from 'node:crypto';
import { openSecretbox, type Secretbox } from './secretbox.ts';
import { keyBytes } from './sodium-memory.ts';

export interface MasterKeys {
  /** Id of the key that seals from now on. */
  readonly currentId: string;
  /** The current key and the previous ones, which only open. */
  readonly byId: ReadonlyMap<string, Uint8Array>;
  readonly secretbox: Secretbox;
}

/** Bytes of a master key id: enough that two keys of one installation never share it. */
export const masterKeyIdBytes = 8;

/** A name for a key that says nothing about it: a short hash, in hex. */
export function masterKeyId(key: Uint8Array): string {
  const hash = createHash('sha256').update('nova master key id\0').update(key).digest();
  return hash.toString('hex', 0, masterKeyIdBytes);
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The words name the key, never its value. Undefined when the value is a key. */
export function masterKeyProblem(valueB64: string): string | undefined {
  if (!base64.test(valueB64)) return 'is not base64';
  const key = Buffer.from(valueB64, 'base64');
  if (key.length !== keyBytes) return `is ${key.length} bytes long instead of ${keyBytes}`;
  // What a placeholder decodes to.
  if (key.every((byte) => byte === 0)) return 'is all zeros';
  return undefined;
}

function decodeKey(name: string, valueB64: string): Uint8Array {
  const problem = masterKeyProblem(valueB64);
  if (problem !== undefined) {
    throw new Error(`${name} ${problem}; make one with: openssl rand -base64 ${keyBytes}`);
  }
  return Buffer.from(valueB64, 'base64');
}

export interface MasterKeyTexts {
  readonly currentB64: string;
  readonly previousB64: readonly string[];
}

export async function readMasterKeys(texts: MasterKeyTexts): Promise<MasterKeys> {
  const current = decodeKey('SECRETBOX_KEY_B64', texts.currentB64);
  const previous = texts.previousB64.map((text, index) =>
    decodeKey(`entry ${index + 1} of SECRETBOX_PREVIOUS_KEYS_B64`, text),
  );
  const byId = new Map([current, ...previous].map((key) => [masterKeyId(key), key]));
  return { currentId: masterKeyId(current), byId, secretbox: await openSecretbox() };
}
