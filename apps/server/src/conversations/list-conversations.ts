import { limits } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import type { ConversationDeps } from './conversation-deps.ts';

type Deps = Pick<ConversationDeps, 'db' | 'conversations'>;

export const listConversations = ({ db, conversations }: Deps) =>
  defineHandler('conversation.list', 'read', (caller, input) => {
    const { limit = limits.conversationPageDefault, after } = input;
    return conversations.inbox(db, caller.userId, {
      limit,
      ...(after === undefined ? {} : { after }),
    });
  });
