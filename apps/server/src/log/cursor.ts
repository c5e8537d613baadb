import { invalidField } from '../errors.ts';

/**
 * A position in the log: the id of the oldest transaction that may still have been running when it
 * was taken. Every row of an older transaction was handed out. Opaque to clients.
 */
export type Horizon = bigint;

export function encodeCursor(horizon: Horizon): string {
  return Buffer.from(`1.${horizon}`).toString('base64url');
}

export function decodeCursor(cursor: string, now: Horizon): Horizon {
  const match = /^1\.([0-9]{1,19})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  const horizon = match?.[1] === undefined ? undefined : BigInt(match[1]);
  if (horizon === undefined || encodeCursor(horizon) !== cursor) {
    throw invalidField('cursor', 'a cursor that this service gave out');
  }
  if (horizon > now + 1_000_000n) {
    throw invalidField('cursor', 'a cursor of the present epoch');
  }
  return horizon;
}
