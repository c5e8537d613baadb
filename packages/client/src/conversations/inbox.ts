import type { ConversationState } from './conversation-state.ts';
import type { ConversationSummary } from './conversation-view.ts';

/** The most recently active first; the id decides between equals. */
export function inboxOf(states: readonly ConversationState[]): readonly ConversationSummary[] {
  return [...states].sort((a, b) => {
    if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1;
    return a.id < b.id ? -1 : 1;
  });
}
