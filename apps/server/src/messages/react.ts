import { limits } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { NovaError } from '../errors.ts';
import { createReactionChange } from './change-reaction.ts';
import type { MessageDeps } from './message-deps.ts';
import { type ReactionCounts, reactionCounts, storeReaction } from './reaction-store.ts';

export const react = (deps: MessageDeps) =>
  defineHandler(
    'message.react',
    'write',
    createReactionChange(deps, 'message.react', async (tx, ref, reaction, { at }) => {
      const counts = await reactionCounts(tx, ref, reaction);
      if (counts.present) return false;
      refuseTooMany(counts);
      await storeReaction(tx, ref, reaction, at);
      return true;
    }),
  );

function refuseTooMany(counts: ReactionCounts): void {
  const { reactionsPerUserAndMessage, emojiPerMessage } = limits;
  if (counts.own >= reactionsPerUserAndMessage) {
    const words = `a user may leave ${reactionsPerUserAndMessage} reactions on a message`;
    throw new NovaError('forbidden', words);
  }
  if (!counts.known && counts.emoji >= emojiPerMessage) {
    throw new NovaError('forbidden', `a message takes ${emojiPerMessage} different reactions`);
  }
}
