import { createHash } from 'node:crypto';
import { invalidField } from '#errors.js';
import { nameCodePoints } from './token-claims.ts';

/** Namespace of the ids that names stand for on the embedded default: changing it renames all. */
const namespace = Buffer.from('6f1f0c5e0e0b4b0c9d3f7a5c2e8d4b61', 'hex');
const controls = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** The name as it is shown: trimmed, composed (NFC). Throws `invalidRequest` naming `name`. */
export function checkedName(name: unknown): string {
  const text = typeof name === 'string' ? name.normalize('NFC').trim() : '';
  const length = Array.from(text).length;
  if (length < 1 || length > nameCodePoints || controls.test(text)) {
    throw invalidField('name', `1 to ${nameCodePoints} characters without control characters`);
  }
  return text;
}

/** The user that a checked name stands for, in whatever case it is written: a UUIDv5 (RFC 9562). */
export function userIdOfName(name: string): string {
  const text = name.toLowerCase().normalize('NFC');
  const id = createHash('sha1').update(namespace).update(text).digest().subarray(0, 16);
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x50;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  const hex = id.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...groups, hex.slice(20)].join('-');
}
