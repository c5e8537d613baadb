import type { ConversationSummary } from '@nova/client';
import type { NameOf } from '../people/use-names.ts';

/** The other one of a direct conversation; null while that cannot be told. */
export const peerOf = ({ kind, members, viewerId }: WithViewer): string | null =>
  kind === 'direct'
    ? ((members ?? []).find(({ userId }) => userId !== viewerId)?.userId ?? null)
    : null;

type WithViewer = Pick<ConversationSummary, 'kind' | 'members'> & { readonly viewerId: string };

/** What a conversation is called on the screen of one of its members. */
export function titleOf(
  conversation: ConversationSummary,
  viewerId: string,
  nameOf: NameOf,
): string {
  const peer = peerOf({ ...conversation, viewerId });
  if (peer !== null) return nameOf(peer);
  if (conversation.title !== null) return conversation.title;
  const others = (conversation.members ?? []).filter(({ userId }) => userId !== viewerId);
  if (others.length === 0) return 'Just you';
  return others.map(({ userId }) => nameOf(userId)).join(', ');
}
