import { defineHandler } from '#dispatch/handler.js';
import { conversationNotFound } from '../errors.ts';
import type { ConversationDeps } from './conversation-deps.ts';

type Deps = Pick<ConversationDeps, 'db' | 'conversations'>;

export const getConversation = ({ db, conversations }: Deps) =>
  defineHandler('conversation.get', 'read', async (caller, { conversationId }) => {
    const views = await conversations.views(db, caller.userId, [conversationId]);
    const view = views.get(conversationId);
    if (view === undefined) throw conversationNotFound();
    return view;
  });
