import type { LiveConversation } from '@nova/client';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { attempt } from '../shell/notice.ts';
import { goToMessage } from './go-to-message.ts';
import { useMessage } from './use-message.ts';

interface QuoteProps {
  readonly live: LiveConversation;
  readonly messageId: string;
}

/** The message that another one answers, in a line; a press leads to it. */
export function Quote({ live, messageId }: QuoteProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  const message = useMessage(live, messageId);
  const sender =
    message === null ? '' : message.senderId === userId ? 'You' : nameOf(message.senderId);
  const words = message === null ? '…' : (message.text ?? 'Message deleted');
  return (
    <button
      type="button"
      class="quote"
      aria-label={`In answer to ${sender}: ${words}`}
      onClick={() => message !== null && attempt(goToMessage(live, message))}
    >
      <span class="quote-sender">{sender}</span>
      <span class="quote-words">{words}</span>
    </button>
  );
}
