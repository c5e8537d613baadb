import { defineHandler } from '#dispatch/handler.js';
import type { MessageDeps } from './message-deps.ts';

export const getMessage = ({ db, messages }: Pick<MessageDeps, 'db' | 'messages'>) =>
  defineHandler('message.get', 'read', (caller, input) =>
    messages.forViewer(db, caller.userId, input),
  );
