import { defineHandler } from '#dispatch/handler.js';
import { type TypingDeps, tellTyping } from './tell-typing.ts';

export const startTyping = (deps: TypingDeps) =>
  defineHandler('typing.start', 'typing', ({ userId }, { conversationId }) =>
    tellTyping(deps, 'typing.started', userId, conversationId),
  );
