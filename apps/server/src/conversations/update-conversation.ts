import { can } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { appendEntries } from '#log/append.js';
import { changeConversation } from '#log/change-conversation.js';
import type { LockedConversation } from '#log/locked-conversation.js';
import { conversationNotFound } from '../errors.ts';
import { checkTitle } from './check-title.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import { createConversationReply } from './conversation-reply.ts';
import { storeLooks } from './conversation-store.ts';
import { refuseDirect, refuseRole } from './refusals.ts';

export const updateConversation = (deps: ConversationDeps) => {
  const form = createConversationReply(deps.messages);
  return defineHandler('conversation.update', 'write', async (caller, input) => {
    const title = typeof input.title === 'string' ? checkTitle(input.title) : input.title;
    const request = { operation: 'conversation.update', caller, input, form } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      const { id } = conversation;
      refuseDirect(conversation);
      if (!can(conversation.actorRole, 'updateConversation')) throw refuseRole('change a group');
      const looks = {
        title: title === undefined ? conversation.title : title,
        avatarUrl: input.avatarUrl === undefined ? conversation.avatarUrl : input.avatarUrl,
      };
      const event = { ...looks, updatedBy: caller.userId };
      const changed = !sameLooks(conversation, looks);
      if (changed) await storeLooks(tx, id, looks);
      const entries = changed ? [{ type: 'conversation.updated', event } as const] : [];
      const outgoing = await appendEntries(tx, conversation, caller.userId, entries);
      const result = (await deps.conversations.views(tx, caller.userId, [id])).get(id);
      if (result === undefined) throw conversationNotFound();
      return { result, outgoing };
    });
  });
};

type Looks = Pick<LockedConversation, 'title' | 'avatarUrl'>;

const sameLooks = (a: Looks, b: Looks): boolean =>
  a.title === b.title && a.avatarUrl === b.avatarUrl;
