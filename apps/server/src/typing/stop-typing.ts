import { defineHandler } from '#dispatch/handler.js';
import { type TypingDeps, tellTyping } from './tell-typing.ts';

export const stopTyping = (deps: TypingDeps) =>
  defineHandler('typing.stop', 'typing', ({ userId }, { conversationId }) =>
    tellTyping(deps, 'typing.stopped', userId, conversationId),
  );
