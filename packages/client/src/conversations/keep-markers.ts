import type { ConversationState } from './conversation-state.ts';
import { findMember } from './members.ts';
import { withMarkers } from './unread.ts';

/**
 * A state that was read anew, with the markers that are known to be further: they may have moved
 * while it was read. Only those of the same membership: who comes back begins anew.
 */
export function keepMarkers(fresh: ConversationState, known: ConversationState): ConversationState {
  const own = mayHaveLeft(fresh, known) ? 0 : Math.min(known.lastReadSeq, fresh.lastSeq);
  let state = withMarkers(fresh, fresh.viewerId, own, 0);
  for (const { userId, joinedAt } of fresh.members ?? []) {
    const before = known.members === null ? undefined : findMember(known.members, userId);
    if (before?.joinedAt !== joinedAt) continue;
    const { lastReadSeq = 0, lastDeliveredSeq = 0 } = before;
    state = withMarkers(state, userId, lastReadSeq, lastDeliveredSeq);
  }
  return state;
}

function mayHaveLeft(fresh: ConversationState, known: ConversationState): boolean {
  const [now, before] = [ownJoinedAt(fresh), ownJoinedAt(known)];
  return now !== undefined && before !== undefined && now !== before;
}

/** When the viewer joined; undefined where members are too many to name. */
export const ownJoinedAt = ({ members, viewerId }: ConversationState): string | undefined =>
  members === null ? undefined : findMember(members, viewerId)?.joinedAt;
