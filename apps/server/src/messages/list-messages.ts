import { limits } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { invalidField } from '../errors.ts';
import type { MessageDeps } from './message-deps.ts';

export const listMessages = ({ db, messages }: Pick<MessageDeps, 'db' | 'messages'>) =>
  defineHandler('message.list', 'read', async (caller, input) => {
    const { conversationId, limit = limits.messagePageDefault, ...ends } = input;
    const [, second] = Object.entries(ends).filter(([, seq]) => seq !== undefined);
    if (second !== undefined) throw invalidField(second[0], 'one of before, after and around');
    return messages.page(db, conversationId, { ...ends, limit, viewerId: caller.userId });
  });
