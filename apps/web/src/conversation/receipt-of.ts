import type { ConversationView } from '@nova/client';

/** How far a message of one's own has come. */
export type Receipt = 'sent' | 'delivered' | 'read';

/** In a group, the least that holds for every other member. */
export function receiptOf(
  seq: number,
  members: ConversationView['members'],
  viewerId: string,
): Receipt {
  const others = (members ?? []).filter(({ userId }) => userId !== viewerId);
  if (others.length === 0) return 'sent';
  if (others.every(({ lastReadSeq = 0 }) => lastReadSeq >= seq)) return 'read';
  return others.every(({ lastDeliveredSeq = 0 }) => lastDeliveredSeq >= seq) ? 'delivered' : 'sent';
}
