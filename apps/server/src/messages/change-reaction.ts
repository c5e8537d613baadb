/** What leaving a reaction and taking it back have in common. */
import type { Message } from '@nova/protocol';
import type { Transaction } from '#db/database.js';
import { appendEntries } from '#log/append.js';
import { type Change, changeConversation } from '#log/change-conversation.js';
import type { LockedConversation } from '#log/locked-conversation.js';
import type { LogEntry } from '#log/log-types.js';
import { refuseBlocked } from '#users/block-store.js';
import type { MessageDeps } from './message-deps.ts';
import { refKey } from './message-reader.ts';
import { createMessageReply } from './message-reply.ts';
import { type MessageRef, messageRowForChange, noSuchMessage } from './message-store.ts';
import type { Reaction } from './reaction-store.ts';

interface ReactionInput extends MessageRef {
  readonly emoji: string;
  readonly idempotencyKey?: string;
}

/** `write` answers whether anything changed: only then is there an event. */
export function createReactionChange(
  deps: MessageDeps,
  operation: 'message.react' | 'message.unreact',
  write: (
    tx: Transaction,
    ref: MessageRef,
    reaction: Reaction,
    conversation: LockedConversation,
  ) => Promise<boolean>,
): (caller: { readonly userId: string }, input: ReactionInput) => Promise<Message> {
  const form = createMessageReply(deps.messages);
  return ({ userId }, input) => {
    const request = { operation, caller: { userId }, input, form };
    return changeConversation(deps, request, async (tx, conversation): Promise<Change<Message>> => {
      const { seq, deletedAt } = await messageRowForChange(tx, input);
      if (deletedAt !== null) noSuchMessage();
      const { messageId, emoji } = input;
      if (operation === 'message.react') await refuseBlocked(tx, conversation.id);
      const changed = await write(tx, input, { userId, emoji }, conversation);
      const result = (await deps.messages.byRefs(tx, [input])).get(refKey(input));
      if (result === undefined) noSuchMessage();
      if (!changed) return { result, outgoing: [] };
      const told = { messageId, event: { messageId, seq, userId, emoji } };
      const entry: LogEntry =
        operation === 'message.react'
          ? { type: 'reaction.added', ...told }
          : { type: 'reaction.removed', ...told };
      return { result, outgoing: await appendEntries(tx, conversation, userId, [entry]) };
    });
  };
}
