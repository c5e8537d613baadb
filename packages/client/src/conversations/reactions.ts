import type { Message, ReactionCount } from '@nova/protocol';

/** So many users of a reaction are named; past it only their number is known. */
const namedUsers = 20;

/** Adding twice is adding once, as long as the user is among those named. */
export function addReaction(message: Message, userId: string, emoji: string): Message {
  const reactions = message.reactions ?? [];
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (known === undefined) {
    return { ...message, reactions: [...reactions, { emoji, count: 1, userIds: [userId] }] };
  }
  if (known.userIds.includes(userId)) return message;
  const userIds = known.userIds.length < namedUsers ? [...known.userIds, userId] : known.userIds;
  const changed: ReactionCount = { emoji, count: known.count + 1, userIds };
  return withReactions(
    message,
    reactions.map((reaction) => (reaction === known ? changed : reaction)),
  );
}

export function removeReaction(message: Message, userId: string, emoji: string): Message {
  const reactions = message.reactions ?? [];
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (known === undefined) return message;
  const named = known.userIds.includes(userId);
  if (!named && known.count === known.userIds.length) return message;
  const changed: ReactionCount = {
    emoji,
    count: known.count - 1,
    userIds: known.userIds.filter((other) => other !== userId),
  };
  return withReactions(
    message,
    reactions
      .map((reaction) => (reaction === known ? changed : reaction))
      .filter(({ count }) => count > 0),
  );
}

/** The message with exactly these reactions; none at all where the list is empty. */
export function withReactions(
  message: Message,
  reactions: readonly ReactionCount[] | undefined,
): Message {
  const { reactions: _, ...rest } = message;
  return reactions === undefined || reactions.length === 0
    ? rest
    : { ...rest, reactions: [...reactions] };
}
