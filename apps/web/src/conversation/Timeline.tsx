import type { ConversationView, LiveConversation } from '@nova/client';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { titleOf } from '../inbox/title-of.ts';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { Icon } from '../ui/Icon.tsx';
import { moveFocus } from '../ui/move-focus.ts';
import type { Intent } from './intent.ts';
import { rowsOf } from './rows.ts';
import { ScrollKeeper } from './scroll-keeper.ts';
import { TimelineRow } from './TimelineRow.tsx';
import { useAnnounceNew } from './use-announce-new.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useOlder } from './use-older.ts';

interface TimelineProps {
  readonly live: LiveConversation;
  readonly view: ConversationView;
  /** The newest messages are loaded. */
  readonly ready: boolean;
  readonly onIntent: (intent: Intent) => void;
}

export function Timeline({ live, view, ready, onIntent }: TimelineProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  const box = useRef<HTMLDivElement>(null);
  const [keeper] = useState(() => new ScrollKeeper());
  const [atEnd, setAtEnd] = useState(true);
  const [seenSeq, setSeenSeq] = useState(view.lastSeq);
  const [readSeq] = useState(view.unreadCount > 0 ? view.lastReadSeq : null);
  const { messages, outgoing, hasOlder } = view;
  const rows = useMemo(
    () => rowsOf({ messages, outgoing, viewerId: userId, readSeq }),
    [messages, outgoing, userId, readSeq],
  );
  const [loadingOlder, loadOlder] = useOlder(live);
  useAnnounceNew(view, ready);
  useMarkRead(live, view, ready && atEnd);

  const sentCount = useRef(outgoing.length);
  useLayoutEffect(() => {
    if (outgoing.length > sentCount.current) keeper.atEnd = true;
    sentCount.current = outgoing.length;
    keeper.settle(messages[0]?.id ?? '');
    setAtEnd(keeper.atEnd);
    if (ready && hasOlder && keeper.wantsOlder) loadOlder();
  }, [rows, ready, hasOlder]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    keeper.attach(element);
    keeper.toEnd();
    const observer = new ResizeObserver(() => keeper.atEnd && keeper.toEnd());
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [keeper]);

  const title = titleOf(view, userId, nameOf);
  const newCount = atEnd ? 0 : view.lastSeq - seenSeq;
  return (
    <div class="timeline-place">
      <div
        class="timeline"
        ref={box}
        onScroll={() => {
          keeper.note();
          setAtEnd(keeper.atEnd);
          if (keeper.atEnd) setSeenSeq(live.getSnapshot().lastSeq);
          if (ready && hasOlder && keeper.wantsOlder) loadOlder();
        }}
      >
        <div
          class="rows"
          role="feed"
          aria-label={`Messages: ${title}`}
          aria-busy={!ready || loadingOlder}
          onKeyDown={(event) => {
            const { target } = event;
            if (target instanceof Element && target.localName === 'article') {
              moveFocus(event, box.current, 'article');
            }
          }}
        >
          {(loadingOlder || !ready) && <p class="timeline-loading">Loading messages…</p>}
          {ready && !hasOlder && <Beginning kind={view.kind} title={title} />}
          {rows.map((row, index) => (
            <TimelineRow
              key={row.key}
              row={row}
              live={live}
              view={view}
              position={index + 1}
              newest={index === rows.length - 1}
              onIntent={onIntent}
            />
          ))}
        </div>
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={() => keeper.toEnd(true)}>
          <Icon name="down" />
          {newCount > 0 ? `${newCount} new` : <span class="unseen">To the newest message</span>}
        </button>
      )}
    </div>
  );
}

interface BeginningProps {
  readonly kind: ConversationView['kind'];
  readonly title: string;
}

function Beginning({ kind, title }: BeginningProps) {
  const words =
    kind === 'direct'
      ? `This is the beginning of your conversation with ${title}.`
      : `This is the beginning of ${title}.`;
  return <p class="beginning">{words}</p>;
}
