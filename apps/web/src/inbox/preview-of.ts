import type { ConversationSummary, ConversationView } from '@nova/client';
import { summaryWords } from '../calls/call-words.ts';
import type { NameOf } from '../people/use-names.ts';

export interface Preview {
  readonly words: string;
  readonly typing: boolean;
}

/** The line below a conversation's title: who types, what waits, or what was said last. */
export function previewOf(
  { kind, lastMessage, memberCount }: ConversationSummary,
  live: Pick<ConversationView, 'typing' | 'outgoing'> | undefined,
  viewerId: string,
  nameOf: NameOf,
): Preview {
  const typist = live?.typing[0];
  if (typist !== undefined) {
    return { words: kind === 'group' ? `${nameOf(typist)} is typing…` : 'typing…', typing: true };
  }
  const waiting = live?.outgoing.at(-1);
  if (waiting !== undefined) {
    const state = waiting.state === 'failed' ? 'Not sent: ' : 'You: ';
    return { words: state + waiting.text, typing: false };
  }
  if (lastMessage === null) {
    const words = kind === 'group' ? `${memberCount} members` : 'Say hello';
    return { words, typing: false };
  }
  const { senderId, text, deletedAt, call } = lastMessage;
  if (call !== undefined) {
    return { words: summaryWords(call, senderId === viewerId), typing: false };
  }
  const said = deletedAt === undefined ? (text ?? '') : 'Message deleted';
  const sender = senderId === viewerId ? 'You: ' : kind === 'group' ? `${nameOf(senderId)}: ` : '';
  return { words: sender + said, typing: false };
}
