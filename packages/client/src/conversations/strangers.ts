import type { ServerEvent } from '@nova/protocol';

/** Conversations whose events may wait at once, and events of one of them. */
const maxConversations = 1_000;
const maxEvents = 200;

/**
 * Events of conversations that are not known yet: the inbox is being listed, or the news of the
 * conversation is still on its way. What is dropped for want of space is read by the gap it leaves.
 */
export class Strangers {
  readonly #events = new Map<string, ServerEvent[]>();

  add(conversationId: string, event: ServerEvent): void {
    let waiting = this.#events.get(conversationId);
    if (waiting === undefined) {
      if (this.#events.size >= maxConversations) return;
      waiting = [];
      this.#events.set(conversationId, waiting);
    }
    if (waiting.length >= maxEvents) waiting.shift();
    waiting.push(event);
  }

  has(conversationId: string): boolean {
    return this.#events.has(conversationId);
  }

  take(conversationId: string): readonly ServerEvent[] {
    const waiting = this.#events.get(conversationId) ?? [];
    this.#events.delete(conversationId);
    return waiting;
  }

  ids(): readonly string[] {
    return [...this.#events.keys()];
  }
}
