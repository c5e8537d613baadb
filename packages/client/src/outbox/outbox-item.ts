import type { Message } from '@nova/protocol';
import type { OutboxEntry, OutgoingMessage } from './outbox-entry.ts';

/** A message on its way and who waits for it. */
export interface OutboxItem {
  entry: OutboxEntry;
  view: OutgoingMessage;
  /** The storage has it: it may be sent. */
  durable: boolean;
  /** As the service stored it. */
  message: Message | null;
  attempt: number;
  readonly acknowledged: PromiseWithResolvers<Message>;
}

export function newItem(entry: OutboxEntry, durable: boolean): OutboxItem {
  const acknowledged = Promise.withResolvers<Message>();
  // Who does not wait for the outcome sees it in the conversation.
  acknowledged.promise.catch(() => {});
  const { id, conversationId, text, replyTo, createdAt, failure } = entry;
  const state = failure === null ? 'queued' : 'failed';
  const view: OutgoingMessage = { id, conversationId, text, replyTo, createdAt, failure, state };
  return { entry, view, durable, message: null, attempt: 0, acknowledged };
}
