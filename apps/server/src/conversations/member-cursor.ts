import { notACursor } from './inbox-cursor.ts';
import { uuidFromBytes, uuidToBytes } from './uuid-bytes.ts';

/** A place among the members, who are listed by user id. */
export const encodeMemberCursor = (userId: string): string =>
  uuidToBytes(userId).toString('base64url');

export function decodeMemberCursor(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== 16 || bytes.toString('base64url') !== cursor) throw notACursor();
  return uuidFromBytes(bytes);
}
