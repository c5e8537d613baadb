import { invalidField } from '../errors.ts';
import { uuidFromBytes, uuidToBytes } from './uuid-bytes.ts';

/** A place in the inbox: the order is by last change, then by id. */
export interface InboxPlace {
  readonly updatedMicros: number;
  readonly id: string;
}

const timeBytes = 8;
const cursorBytes = timeBytes + 16;

/** The opaque text of a place: microseconds and id, in base64url. */
export function encodeInboxCursor({ updatedMicros, id }: InboxPlace): string {
  const time = Buffer.alloc(timeBytes);
  time.writeBigInt64BE(BigInt(updatedMicros));
  return Buffer.concat([time, uuidToBytes(id)]).toString('base64url');
}

export function decodeInboxCursor(cursor: string): InboxPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  // Decoding skips what is no base64: only a text that comes out the same was made here.
  if (bytes.length !== cursorBytes || bytes.toString('base64url') !== cursor) throw notACursor();
  const updatedMicros = Number(bytes.readBigInt64BE());
  if (!Number.isSafeInteger(updatedMicros) || updatedMicros < 0) throw notACursor();
  return { updatedMicros, id: uuidFromBytes(bytes.subarray(timeBytes)) };
}

export const notACursor = (): Error => invalidField('after', 'nextPage of the page before');
