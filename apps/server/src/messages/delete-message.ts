import type { Role } from '@nova/protocol';
import { can, outranks } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { appendEntries } from '#log/append.js';
import { changeConversation } from '#log/change-conversation.js';
import { NovaError } from '../errors.ts';
import { isOlderThan } from './is-older-than.ts';
import type { MessageDeps } from './message-deps.ts';
import { createMessageReply } from './message-reply.ts';
import { toMessage } from './message-row.ts';
import { messageRowForChange, storeDeletion } from './message-store.ts';

export const deleteMessage = (deps: MessageDeps) => {
  const form = createMessageReply(deps.messages);
  return defineHandler('message.delete', 'write', (caller, input) => {
    const request = { operation: 'message.delete', caller, input, form } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      const row = await messageRowForChange(tx, input);
      const own = row.senderId === caller.userId;
      if (!own) refuseRank(conversation.actorRole, row.senderRole);
      if (row.deletedAt !== null) return { result: toMessage(row, undefined), outgoing: [] };
      // Whoever keeps order in a group does so at any time; the window is for one’s own words.
      if (own) refuseOld(row.createdAt, conversation.at, deps.options.messageRecallWindowHours);

      await storeDeletion(tx, input, conversation.at);
      const deleted = { ...row, body: null, reactions: null, deletedAt: conversation.at };
      const result = toMessage(deleted, undefined);
      const entry = { type: 'message.deleted', messageId: result.id, event: result } as const;
      return { result, outgoing: await appendEntries(tx, conversation, caller.userId, [entry]) };
    });
  });
};

function refuseOld(sentAt: Date, at: Date, windowHours: number): void {
  if (!isOlderThan(windowHours, sentAt, at)) return;
  throw new NovaError('recallWindowClosed', `a message can be deleted for ${windowHours} hours`);
}

/** A sender who has left stands where every member begins. */
function refuseRank(actor: Role, sender: Role | null): void {
  if (can(actor, 'deleteOthersMessage') && outranks(actor, sender ?? 'member')) return;
  throw new NovaError('forbidden', 'deleting it takes a role above its sender’s');
}
