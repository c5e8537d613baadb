import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import type { Intent } from './intent.ts';

interface IntentBarProps {
  readonly intent: Intent;
  readonly onCancel: () => void;
}

/** Above the text being written: which message it answers or replaces. */
export function IntentBar({ intent, onCancel }: IntentBarProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  const { kind, message } = intent;
  const whom = message.senderId === userId ? 'yourself' : nameOf(message.senderId);
  return (
    <div class="intent-bar">
      <Icon name={kind} />
      <p>
        <span class="quote-sender">{kind === 'edit' ? 'Edit message' : `Reply to ${whom}`}</span>
        <span class="quote-words">{message.text}</span>
      </p>
      <IconButton icon="close" label="Cancel" onClick={onCancel} />
    </div>
  );
}
