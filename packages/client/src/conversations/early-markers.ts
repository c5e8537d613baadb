import type { ServerEvent } from '@nova/protocol';

type MarkerEvent = Extract<ServerEvent, { event: 'receipt.updated' }>;

/** Conversations whose markers may wait at once; the longest unheard of make room. */
const maxConversations = 200;

/**
 * The newest markers of conversations that are not known yet. Markers have no position: one that
 * overtakes the news of its conversation leaves no gap by which it would be missed.
 */
export class EarlyMarkers {
  readonly #events = new Map<string, Map<string, MarkerEvent>>();

  add(conversationId: string, event: MarkerEvent): void {
    const waiting = this.#events.get(conversationId) ?? new Map<string, MarkerEvent>();
    this.#events.delete(conversationId);
    this.#events.set(conversationId, waiting);
    const { userId, lastReadSeq, lastDeliveredSeq } = event.data;
    const before = waiting.get(userId)?.data;
    waiting.set(userId, {
      ...event,
      data: {
        userId,
        lastReadSeq: Math.max(lastReadSeq, before?.lastReadSeq ?? 0),
        lastDeliveredSeq: Math.max(lastDeliveredSeq, before?.lastDeliveredSeq ?? 0),
      },
    });
    for (const longest of this.#events.keys()) {
      if (this.#events.size <= maxConversations) break;
      this.#events.delete(longest);
    }
  }

  take(conversationId: string): readonly MarkerEvent[] {
    const waiting = this.#events.get(conversationId);
    this.#events.delete(conversationId);
    return waiting === undefined ? [] : [...waiting.values()];
  }
}
