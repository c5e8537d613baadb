import type { Message, ReactionCount } from '@nova/protocol';

const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const withDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

/** What comes from others must not steer the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out.
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');

export function formatTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  return at.toDateString() === now.toDateString() ? timeOfDay.format(at) : withDay.format(at);
}

const formatReactions = (reactions: readonly ReactionCount[]): string =>
  reactions.map(({ emoji, count }) => (count > 1 ? `${emoji}${count}` : emoji)).join(' ');

/** `#12 14:03 bob: text (edited) 👍2` */
export function formatMessage(
  message: Message,
  nameOf: (userId: string) => string,
  replied?: Message,
): string {
  const { seq, senderId, createdAt, text, deletedAt, editedAt, reactions = [] } = message;
  const words = deletedAt === undefined ? (text ?? '') : '(deleted)';
  const edited = editedAt !== undefined && deletedAt === undefined ? ' (edited)' : '';
  const liked = reactions.length === 0 ? '' : `  ${formatReactions(reactions)}`;
  const reply = replied === undefined ? '' : `[to #${replied.seq}] `;
  return printable(
    `#${seq} ${formatTime(createdAt)} ${nameOf(senderId)}: ${reply}${words}${edited}${liked}`,
  );
}
