import { invalidField } from '../errors.ts';

/** Where a page of the history ended: the end of its last call, and its id. */
export interface HistoryPlace {
  readonly endedMs: number;
  readonly callId: string;
}

export const encodePlace = ({ endedMs, callId }: HistoryPlace): string =>
  Buffer.from(`${endedMs} ${callId}`).toString('base64url');

export function decodePlace(cursor: string): HistoryPlace {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = /^(\d{1,15}) ([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text);
  if (match === null) throw invalidField('after', 'the nextPage of an earlier page');
  return { endedMs: Number(match[1]), callId: match[2] ?? '' };
}
