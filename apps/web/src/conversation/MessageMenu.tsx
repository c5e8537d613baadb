import { useState } from 'preact/hooks';
import { useSession } from '../session/session.ts';
import { attempt } from '../shell/notice.ts';
import { Menu } from '../ui/Menu.tsx';
import { MenuItem } from '../ui/MenuItem.tsx';
import { mayDelete, mayEdit } from './allowed.ts';
import { emojiAtHand, emojiMore } from './emoji.ts';
import type { MessageRowProps } from './MessageRow.tsx';
import { toggleReaction } from './Reactions.tsx';

interface MessageMenuProps extends MessageRowProps {
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

export function MessageMenu(props: MessageMenuProps) {
  const { live, message, role, anchor, onIntent, onClose } = props;
  const { nova, userId } = useSession();
  const viewer = { userId, role, limits: nova.limits };
  const [all, setAll] = useState(false);
  const act = (action: () => unknown) => () => {
    onClose();
    action();
  };
  return (
    <Menu label="Message" anchor={anchor} onClose={onClose}>
      <div class="emoji-grid">
        {(all ? [...emojiAtHand, ...emojiMore] : emojiAtHand).map((emoji) => (
          <button
            key={emoji}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class="emoji"
            aria-label={`React with ${emoji}`}
            onClick={act(() => attempt(toggleReaction(live, message, emoji, userId)))}
          >
            {emoji}
          </button>
        ))}
        {!all && (
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            class="emoji emoji-more"
            aria-label="More reactions"
            onClick={() => setAll(true)}
          >
            +
          </button>
        )}
      </div>
      <MenuItem
        icon="reply"
        label="Reply"
        onChoose={act(() => onIntent({ kind: 'reply', message }))}
      />
      <MenuItem
        icon="copy"
        label="Copy text"
        onChoose={act(() => attempt(navigator.clipboard.writeText(message.text ?? '')))}
      />
      {mayEdit(message, viewer) && (
        <MenuItem
          icon="edit"
          label="Edit"
          onChoose={act(() => onIntent({ kind: 'edit', message }))}
        />
      )}
      {mayDelete(message, live.getSnapshot().members, viewer) && (
        <MenuItem
          icon="trash"
          label="Delete for everyone"
          grave
          onChoose={act(() => attempt(live.delete(message.id)))}
        />
      )}
    </Menu>
  );
}
