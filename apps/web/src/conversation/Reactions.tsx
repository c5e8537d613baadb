import type { LiveConversation } from '@nova/client';
import type { Message, ReactionCount } from '@nova/protocol';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { attempt } from '../shell/notice.ts';

interface ReactionsProps {
  readonly live: LiveConversation;
  readonly message: Message;
}

export function Reactions({ live, message }: ReactionsProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  const reactions = message.reactions ?? [];
  if (reactions.length === 0) return null;
  return (
    <ul class="reactions" aria-label="Reactions">
      {reactions.map((reaction) => {
        const { emoji, count, userIds } = reaction;
        const mine = userIds.includes(userId);
        const names = userIds.map((id) => (id === userId ? 'you' : nameOf(id))).join(', ');
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              aria-pressed={mine}
              aria-label={`${emoji} ${count}: ${names}`}
              title={names}
              onClick={() => attempt(toggleReaction(live, message, emoji, userId))}
            >
              {emoji} <span class="reaction-count">{count}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

export function toggleReaction(
  live: LiveConversation,
  { id, reactions = [] }: Message,
  emoji: string,
  userId: string,
): Promise<unknown> {
  const left = (one: ReactionCount): boolean => one.emoji === emoji && one.userIds.includes(userId);
  return reactions.some(left) ? live.unreact(id, emoji) : live.react(id, emoji);
}
