import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { IconButton } from '../ui/IconButton.tsx';
import { MessageMenu } from './MessageMenu.tsx';
import type { MessageRowProps } from './MessageRow.tsx';

interface MessageActionsProps extends MessageRowProps {
  /** The message itself: without a pointer the menu opens from it. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly menu: boolean;
  readonly onMenu: (open: boolean) => void;
}

/** What appears beside a message that is pointed at or has the focus. */
export function MessageActions({ anchor, menu, onMenu, ...about }: MessageActionsProps) {
  const { message, onIntent } = about;
  const more = useRef<HTMLSpanElement>(null);
  const from = more.current?.querySelector('button') ?? anchor.current;
  return (
    <div class="message-actions">
      <IconButton icon="reply" label="Reply" onClick={() => onIntent({ kind: 'reply', message })} />
      <span ref={more}>
        <IconButton
          icon="smile"
          label="React and more"
          aria-haspopup="menu"
          aria-expanded={menu}
          onClick={() => onMenu(true)}
        />
      </span>
      {menu && from !== null && (
        <MessageMenu {...about} anchor={from} onClose={() => onMenu(false)} />
      )}
    </div>
  );
}
