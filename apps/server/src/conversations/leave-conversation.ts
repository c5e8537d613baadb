import { defineHandler } from '#dispatch/handler.js';
import { changeConversation } from '#log/change-conversation.js';
import type { ConversationDeps } from './conversation-deps.ts';
import { depart } from './depart.ts';
import { refuseDirect } from './refusals.ts';

export const leaveConversation = (deps: ConversationDeps) =>
  defineHandler('conversation.leave', 'write', (caller, input) => {
    const request = { operation: 'conversation.leave', caller, input } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      refuseDirect(conversation);
      const leaving = { userId: caller.userId, role: conversation.actorRole };
      return { result: {}, outgoing: await depart(tx, conversation, leaving, caller.userId) };
    });
  });
