import type { ConversationView } from '@nova/client';
import type { NameOf } from '../people/use-names.ts';

export function typingWords(
  typing: ConversationView['typing'],
  kind: ConversationView['kind'],
  nameOf: NameOf,
): string {
  const [first, second] = typing;
  if (first === undefined) return '';
  if (kind === 'direct') return 'typing…';
  if (second === undefined) return `${nameOf(first)} is typing…`;
  if (typing.length === 2) return `${nameOf(first)} and ${nameOf(second)} are typing…`;
  return `${typing.length} people are typing…`;
}
