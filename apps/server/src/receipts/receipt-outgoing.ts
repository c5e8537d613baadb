import type { PassingOutgoing } from '#delivery/outgoing.js';
import type { MarkersToTell } from './receipt-store.ts';

/** Everybody hears of it while the conversation is small, only the user's other devices above. */
export function receiptOutgoing(row: MarkersToTell): PassingOutgoing {
  const { conversationId, userId, lastReadSeq, lastDeliveredSeq } = row;
  const event = { userId, lastReadSeq, lastDeliveredSeq };
  return {
    kind: 'state',
    conversationId,
    frame: JSON.stringify({ event: 'receipt.updated', conversationId, data: event }),
    recipients: row.memberIds ?? [userId],
  };
}
