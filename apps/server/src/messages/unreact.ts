import { defineHandler } from '#dispatch/handler.js';
import { createReactionChange } from './change-reaction.ts';
import type { MessageDeps } from './message-deps.ts';
import { removeReaction } from './reaction-store.ts';

export const unreact = (deps: MessageDeps) =>
  defineHandler(
    'message.unreact',
    'write',
    createReactionChange(deps, 'message.unreact', removeReaction),
  );
