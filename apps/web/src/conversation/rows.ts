import type { OutgoingMessage } from '@nova/client';
import type { Message } from '@nova/protocol';
import { dayWords } from '../ui/time-words.ts';

/** What a timeline is made of, from top to bottom. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly words: string }
  | { readonly kind: 'unread'; readonly key: string }
  | MessageRow
  | ({
      readonly kind: 'outgoing';
      readonly key: string;
      readonly outgoing: OutgoingMessage;
    } & InGroup);

interface InGroup {
  /** First and last of what one person said without a pause. */
  readonly first: boolean;
  readonly last: boolean;
}

export interface MessageRow extends InGroup {
  readonly kind: 'message';
  readonly key: string;
  readonly message: Message;
}

export interface RowsOptions {
  readonly messages: readonly Message[];
  readonly outgoing: readonly OutgoingMessage[];
  readonly viewerId: string;
  /** Messages past it were unread when the conversation was opened; null draws no line. */
  readonly readSeq: number | null;
}

const pauseMs = 5 * 60_000;

interface Said {
  readonly senderId: string;
  readonly createdAt: string;
  readonly kind?: Message['kind'];
}

/** Whether two messages stand together: one sender, one day, no pause between them. */
function together(one: Said | undefined, next: Said | undefined): boolean {
  if (one === undefined || next === undefined || one.senderId !== next.senderId) return false;
  // What a call leaves stands by itself.
  if (one.kind === 'call' || next.kind === 'call') return false;
  const from = new Date(one.createdAt);
  const to = new Date(next.createdAt);
  return to.getTime() - from.getTime() < pauseMs && from.getDate() === to.getDate();
}

export function rowsOf({ messages, outgoing, viewerId, readSeq }: RowsOptions): readonly Row[] {
  const rows: Row[] = [];
  const said: Said[] = [
    ...messages,
    ...outgoing.map(({ createdAt }) => ({ senderId: viewerId, createdAt })),
  ];
  let day = '';
  let divided = readSeq === null;
  for (const [index, current] of said.entries()) {
    const words = dayWords(current.createdAt);
    const newDay = words !== day;
    if (newDay) rows.push({ kind: 'day', key: `day ${words}`, words });
    day = words;
    const message = messages[index];
    const newUnread =
      !divided &&
      message !== undefined &&
      message.seq > (readSeq ?? 0) &&
      message.senderId !== viewerId;
    if (newUnread) rows.push({ kind: 'unread', key: 'unread' });
    divided ||= newUnread;
    const first = newDay || newUnread || !together(said[index - 1], current);
    const last = !together(current, said[index + 1]);
    if (message !== undefined) {
      rows.push({ kind: 'message', key: message.id, message, first, last });
      continue;
    }
    const waiting = outgoing[index - messages.length];
    // The key is the message's own: its element stays when the service has taken it.
    if (waiting !== undefined) {
      rows.push({ kind: 'outgoing', key: waiting.id, outgoing: waiting, first, last });
    }
  }
  return rows;
}
