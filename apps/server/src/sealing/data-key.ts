// A conversation's data key under a master key. The conversation's id is sealed along with it, so
// that a row of one conversation given another's sealed key does not open.
import { randomBytes } from 'node:crypto';
import type { MasterKeys } from './master-keys.ts';
import { SealBroken } from './seal-broken.ts';
import { keyBytes } from './sodium-memory.ts';

export interface SealedDataKey {
  readonly sealedKey: Buffer;
  readonly masterKeyId: string;
}

const idBytes = 16;

function bytesOfId(conversationId: string): Buffer {
  const bytes = Buffer.from(conversationId.replaceAll('-', ''), 'hex');
  if (bytes.length !== idBytes) throw new RangeError('a conversation id is a UUID');
  return bytes;
}

export function newDataKey(): Buffer {
  return randomBytes(keyBytes);
}

/** Seals with the current master key. */
export function sealDataKey(
  masterKeys: MasterKeys,
  conversationId: string,
  dataKey: Uint8Array,
): SealedDataKey {
  const master = masterKeys.byId.get(masterKeys.currentId);
  if (master === undefined) throw new Error('the current master key is not among the keys');
  const plain = Buffer.concat([bytesOfId(conversationId), dataKey]);
  return {
    sealedKey: masterKeys.secretbox.seal(master, plain),
    masterKeyId: masterKeys.currentId,
  };
}

/** Throws SealBroken, also for a master key that is not configured. */
export function openDataKey(
  masterKeys: MasterKeys,
  conversationId: string,
  sealed: { readonly sealedKey: Uint8Array; readonly masterKeyId: string },
): Buffer {
  const master = masterKeys.byId.get(sealed.masterKeyId);
  if (master === undefined) {
    throw new SealBroken(`master key ${sealed.masterKeyId} is not configured`);
  }
  const plain = masterKeys.secretbox.open(master, sealed.sealedKey);
  if (plain.length !== idBytes + keyBytes) throw new SealBroken('not a sealed data key');
  if (!plain.subarray(0, idBytes).equals(bytesOfId(conversationId))) {
    throw new SealBroken('the sealed data key belongs to another conversation');
  }
  return plain.subarray(idBytes);
}
