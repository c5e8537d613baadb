import { randomFillSync } from 'node:crypto';
import { SealBroken } from './seal-broken.ts';
import { boxOverheadBytes, keyBytes, nonceBytes, openSodiumMemory } from './sodium-memory.ts';

/**
 * Authenticated encryption with XSalsa20-Poly1305 (libsodium's `crypto_secretbox_easy`). Sealed
 * bytes are: version (1) · nonce (24) · tag (16) · ciphertext.
 */
export interface Secretbox {
  seal(key: Uint8Array, plain: Uint8Array): Buffer;
  sealText(key: Uint8Array, text: string): Buffer;
  /** Throws SealBroken. */
  open(key: Uint8Array, sealed: Uint8Array): Buffer;
  /** Throws SealBroken. */
  openText(key: Uint8Array, sealed: Uint8Array): string;
}

const version = 1;
const headerBytes = 1 + nonceBytes;
/** What sealing adds to the bytes of the plain text. */
export const sealOverheadBytes = headerBytes + boxOverheadBytes;
const noncesPerRefill = 512;

interface SecretboxOptions {
  /** Fills the buffer with fresh random bytes; tests put fixed ones in. */
  readonly randomFill?: (bytes: Buffer) => void;
}

export async function openSecretbox(options: SecretboxOptions = {}): Promise<Secretbox> {
  const randomFill = options.randomFill ?? randomFillSync;
  const memory = await openSodiumMemory();
  const nonces = Buffer.alloc(nonceBytes * noncesPerRefill);
  let nextNonce = nonces.length;

  const finishSeal = (key: Uint8Array, messageBytes: number): Buffer => {
    if (key.length !== keyBytes) throw new RangeError(`a key has ${keyBytes} bytes`);
    if (nextNonce === nonces.length) {
      randomFill(nonces);
      nextNonce = 0;
    }
    const { bytes, keyAt, nonceAt, boxAt } = memory;
    bytes.set(key, keyAt);
    const sealed = Buffer.allocUnsafe(sealOverheadBytes + messageBytes);
    sealed[0] = version;
    nonces.copy(sealed, 1, nextNonce, nextNonce + nonceBytes);
    nonces.copy(bytes, nonceAt, nextNonce, nextNonce + nonceBytes);
    nextNonce += nonceBytes;
    memory.seal(messageBytes);
    bytes.copy(sealed, headerBytes, boxAt, boxAt + boxOverheadBytes + messageBytes);
    return sealed;
  };

  /** Leaves the plain text at `memory.messageAt` and returns its length. */
  const openInPlace = (key: Uint8Array, sealed: Uint8Array): number => {
    if (key.length !== keyBytes) throw new RangeError(`a key has ${keyBytes} bytes`);
    if (sealed.length < sealOverheadBytes) throw new SealBroken('sealed bytes are too short');
    if (sealed[0] !== version) throw new SealBroken(`unknown seal version ${sealed[0]}`);
    const boxBytes = sealed.length - headerBytes;
    memory.reserve(boxBytes);
    const { bytes, keyAt, nonceAt, boxAt } = memory;
    bytes.set(key, keyAt);
    bytes.set(sealed.subarray(1, headerBytes), nonceAt);
    bytes.set(sealed.subarray(headerBytes), boxAt);
    if (!memory.open(boxBytes)) throw new SealBroken('sealed bytes do not open with this key');
    return boxBytes - boxOverheadBytes;
  };

  return {
    seal(key, plain) {
      memory.reserve(plain.length);
      memory.bytes.set(plain, memory.messageAt);
      return finishSeal(key, plain.length);
    },
    sealText(key, text) {
      const atMost = text.length * 3;
      memory.reserve(atMost);
      return finishSeal(key, memory.bytes.write(text, memory.messageAt, atMost, 'utf8'));
    },
    open(key, sealed) {
      const length = openInPlace(key, sealed);
      return Buffer.from(memory.bytes.subarray(memory.messageAt, memory.messageAt + length));
    },
    openText(key, sealed) {
      const length = openInPlace(key, sealed);
      return memory.bytes.toString('utf8', memory.messageAt, memory.messageAt + length);
    },
  };
}
