import type { Conversation, Member, Message } from '@nova/protocol';
import type { ConversationState } from './conversation-state.ts';
import { messagesOf } from './timeline.ts';

/** What two clients of the same user must agree on, whatever way they learned it. */
export type ConversationFacts = Omit<
  Conversation,
  'members' | 'lastMessage' | 'mutedUntil' | 'pinnedAt' | 'archivedAt'
> & {
  readonly members: readonly Member[] | null;
  readonly lastMessage: Message | null;
  readonly messages: readonly Message[];
};

/**
 * The comparable facts of a conversation, with its newest loaded messages in a fixed order of
 * everything: equal states give deeply equal results.
 */
export function snapshotOf(state: ConversationState, newest = 50): ConversationFacts {
  const { viewerId, timeline, hasOlder, stale, mutedUntil, pinnedAt, archivedAt, ...rest } = state;
  const { title, avatarUrl, ...facts } = rest;
  return {
    ...facts,
    ...(title === null ? {} : { title }),
    ...(avatarUrl === null ? {} : { avatarUrl }),
    members: state.members?.map(withMarkersNamed) ?? null,
    messages: messagesOf(timeline).slice(-newest).map(inOrder),
  };
}

const withMarkersNamed = (member: Member): Member => ({
  ...member,
  lastReadSeq: member.lastReadSeq ?? 0,
  lastDeliveredSeq: member.lastDeliveredSeq ?? 0,
});

// Past 20 users of a reaction the names are a sample: only their number is a fact.
function inOrder(message: Message): Message {
  if (message.reactions === undefined) return message;
  return {
    ...message,
    reactions: message.reactions
      .map(({ emoji, count, userIds }) => ({
        emoji,
        count,
        userIds: count === userIds.length ? [...userIds].sort() : [],
      }))
      .sort((a, b) => (a.emoji < b.emoji ? -1 : 1)),
  };
}
