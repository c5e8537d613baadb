import type { Message } from '@nova/protocol';
import { IconButton } from '../ui/IconButton.tsx';
import type { Intent } from './intent.ts';

interface MessageActionsProps {
  readonly message: Message;
  readonly menu: boolean;
  readonly onMenu: (open: boolean) => void;
  readonly onIntent: (intent: Intent) => void;
}

/** What appears beside a message that a mouse points at or that has the focus. */
export function MessageActions({ message, menu, onMenu, onIntent }: MessageActionsProps) {
  return (
    <div class="message-actions">
      <IconButton icon="reply" label="Reply" onClick={() => onIntent({ kind: 'reply', message })} />
      <IconButton
        icon="smile"
        label="React and more"
        class="message-more"
        aria-haspopup="menu"
        aria-expanded={menu}
        onClick={() => onMenu(true)}
      />
    </div>
  );
}
