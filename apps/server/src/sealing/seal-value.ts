// Small values that belong to no conversation, such as stored replies. Sealed bytes are: format
// (1) · master key id (8) · what the secretbox made. The context goes into the key, so that a value
// copied to another place in the database does not open there.
import { hkdfSync } from 'node:crypto';
import { type MasterKeys, masterKeyIdBytes } from './master-keys.ts';
import { SealBroken } from './seal-broken.ts';
import { keyBytes } from './sodium-memory.ts';

const format = 1;
const headerBytes = 1 + masterKeyIdBytes;

function keyFor(masterKeys: MasterKeys, masterKeyId: string, context: string): Uint8Array {
  const master = masterKeys.byId.get(masterKeyId);
  if (master === undefined) throw new SealBroken(`master key ${masterKeyId} is not configured`);
  return new Uint8Array(hkdfSync('sha256', master, '', `nova sealed value\0${context}`, keyBytes));
}

/**
 * Seals a JSON value. `context` says what it is and whose, such as `reply:<user>:<key>`: the same
 * text opens it again.
 */
export function sealValue(masterKeys: MasterKeys, context: string, value: unknown): Buffer {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('only a JSON value can be sealed');
  const key = keyFor(masterKeys, masterKeys.currentId, context);
  const id = Buffer.from(masterKeys.currentId, 'hex');
  return Buffer.concat([Buffer.of(format), id, masterKeys.secretbox.sealText(key, text)]);
}

/** Throws SealBroken. */
export function openValue(masterKeys: MasterKeys, context: string, sealed: Uint8Array): unknown {
  if (sealed.length < headerBytes) throw new SealBroken('sealed value is too short');
  if (sealed[0] !== format) throw new SealBroken(`unknown sealed value format ${sealed[0]}`);
  const id = Buffer.from(sealed.subarray(1, headerBytes)).toString('hex');
  const key = keyFor(masterKeys, id, context);
  return JSON.parse(masterKeys.secretbox.openText(key, sealed.subarray(headerBytes)));
}
