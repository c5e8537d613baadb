import type { LiveConversation } from '@nova/client';
import type { Message, Role } from '@nova/protocol';
import { useRef, useState } from 'preact/hooks';
import { Avatar } from '../ui/Avatar.tsx';
import { hueOf } from '../ui/hue-of.ts';
import { memo } from '../ui/memo.ts';
import { clockTime, fullTime } from '../ui/time-words.ts';
import type { Intent } from './intent.ts';
import { MessageActions } from './MessageActions.tsx';
import { MessageMenu } from './MessageMenu.tsx';
import { MessageText } from './MessageText.tsx';
import { Quote } from './Quote.tsx';
import { Reactions } from './Reactions.tsx';
import type { Receipt } from './receipt-of.ts';
import { Ticks } from './Ticks.tsx';

export interface MessageRowProps {
  readonly live: LiveConversation;
  readonly message: Message;
  readonly first: boolean;
  readonly last: boolean;
  /** Senders are named, as there is more than one other. */
  readonly grouped: boolean;
  /** The viewer's own. */
  readonly role: Role;
  readonly senderName: string;
  /** Null for what others said. */
  readonly receipt: Receipt | null;
  readonly position: number;
  readonly tabStop: boolean;
  readonly onIntent: (intent: Intent) => void;
}

export const MessageRow = memo((props: MessageRowProps) => {
  const { live, message, first, last, grouped, senderName, receipt, position } = props;
  const { tabStop, onIntent } = props;
  const { id, senderId, text, createdAt, editedAt, deletedAt, replyTo } = message;
  const element = useRef<HTMLElement>(null);
  const [active, setActive] = useState(false);
  const [menu, setMenu] = useState(false);
  const mine = receipt !== null;
  const deleted = deletedAt !== undefined;
  const said = deleted ? 'Message deleted' : (text ?? '');
  const edited = editedAt !== undefined && !deleted;
  const looks = [mine ? 'row-mine' : 'row-theirs', first && 'row-first', last && 'row-last'];
  return (
    <article
      ref={element}
      class={`row ${looks.filter(Boolean).join(' ')}`}
      aria-label={`${senderName}, ${clockTime(createdAt)}: ${said}${edited ? ', edited' : ''}`}
      aria-posinset={position}
      aria-setsize={-1}
      tabIndex={tabStop ? 0 : -1}
      data-message={id}
      onPointerEnter={() => setActive(true)}
      onPointerLeave={() => setActive(false)}
      onFocusIn={() => setActive(true)}
      onFocusOut={() => setActive(false)}
      // Without a mouse there is nothing to hover with: a tap shows what can be done.
      onClick={(event) => {
        const onControl = event.target instanceof Element && event.target.closest('a, button');
        if (!onControl && matchMedia('(hover: none)').matches) setMenu(true);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== element.current) return;
        // Else the same key press would choose what gets the focus.
        event.preventDefault();
        setMenu(true);
      }}
    >
      {grouped && !mine && last && <Avatar id={senderId} name={senderName} size="small" />}
      {grouped && !mine && first && <p class={`sender ${hueOf(senderId)}`}>{senderName}</p>}
      <div class={`bubble ${deleted ? 'bubble-deleted' : ''}`}>
        {replyTo !== undefined && !deleted && <Quote live={live} messageId={replyTo} />}
        {deleted ? <em class="message-text">{said}</em> : <MessageText text={said} />}
        <span class="meta">
          {edited && <span>edited</span>}
          <time dateTime={createdAt} title={fullTime(createdAt)}>
            {clockTime(createdAt)}
          </time>
          {receipt !== null && !deleted && <Ticks state={receipt} />}
        </span>
        {!deleted && (active || menu) && (
          <MessageActions message={message} menu={menu} onMenu={setMenu} onIntent={onIntent} />
        )}
      </div>
      {!deleted && menu && element.current !== null && (
        <MessageMenu
          {...props}
          anchor={menuAnchor(element.current)}
          onClose={() => setMenu(false)}
        />
      )}
      {!deleted && <Reactions live={live} message={message} />}
    </article>
  );
});

/** The button that opens it, or the message itself where there are no buttons to hover for. */
function menuAnchor(row: HTMLElement): HTMLElement {
  const button = row.querySelector<HTMLElement>('.message-more');
  return button === null || button.offsetParent === null ? row : button;
}
