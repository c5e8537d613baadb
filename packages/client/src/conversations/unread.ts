import type { ConversationState } from './conversation-state.ts';
import { moveMarkers } from './members.ts';
import { find } from './timeline.ts';

/**
 * Moves a member's markers, never back. The viewer's own read marker also moves the unread count:
 * the number of messages past it that were not deleted.
 */
export function withMarkers(
  state: ConversationState,
  userId: string,
  readSeq: number,
  deliveredSeq: number,
): ConversationState {
  const members =
    state.members === null ? null : moveMarkers(state.members, userId, readSeq, deliveredSeq);
  const own = userId === state.viewerId && readSeq > state.lastReadSeq;
  if (members === state.members && !own) return state;
  return own
    ? { ...state, members, lastReadSeq: readSeq, ...countPast(state, readSeq) }
    : { ...state, members };
}

/** A message was created; one that the count contains already adds nothing. */
export const countCreated = (state: ConversationState, seq: number): number =>
  seq > state.lastSeq && seq > state.lastReadSeq ? state.unreadCount + 1 : state.unreadCount;

export const countDeleted = (state: ConversationState, seq: number): number =>
  seq > state.lastReadSeq ? Math.max(0, state.unreadCount - 1) : state.unreadCount;

/** What is unread past a seq; `stale` where the loaded messages cannot tell. */
function countPast(
  state: ConversationState,
  readSeq: number,
): Pick<ConversationState, 'unreadCount' | 'stale'> {
  let unreadCount = 0;
  let { stale } = state;
  for (let seq = state.lastSeq; seq > readSeq; seq -= 1) {
    const entry = find(state.timeline, seq);
    if (entry === undefined) {
      // The rest is not loaded. Deleted messages among them are rare, but they must not be guessed.
      return { unreadCount: unreadCount + seq - readSeq, stale: true };
    }
    const deleted = entry.message.deletedAt !== undefined;
    if (deleted && !entry.deletionCounted) stale = true;
    if (!deleted || !entry.deletionCounted) unreadCount += 1;
  }
  return { unreadCount, stale };
}
