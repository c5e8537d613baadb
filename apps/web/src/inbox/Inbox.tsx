import { useMemo, useRef, useState } from 'preact/hooks';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { Icon } from '../ui/Icon.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { moveFocus } from '../ui/move-focus.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { InboxItem } from './InboxItem.tsx';
import { Me } from './Me.tsx';
import { titleOf } from './title-of.ts';

/** From here on a field to search by is worth its place. */
const searchFrom = 6;

export function Inbox({ onStart }: { readonly onStart: () => void }) {
  const { nova, userId } = useSession();
  const conversations = useSnapshot(nova.conversations);
  const nameOf = useNames();
  const list = useRef<HTMLUListElement>(null);
  const [wanted, setWanted] = useState('');
  const shown = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    return conversations
      .map((conversation) => ({
        conversation,
        title: titleOf(conversation, userId, nameOf),
      }))
      .filter(({ title }) => title.toLowerCase().includes(text));
  }, [conversations, wanted, nameOf]);
  return (
    <nav class="inbox" aria-label="Conversations">
      <header class="inbox-header">
        <Me />
        <IconButton icon="add" label="New conversation" class="inbox-start" onClick={onStart} />
      </header>
      {conversations.length >= searchFrom && (
        <label class="search">
          <Icon name="search" />
          <span class="unseen">Search conversations</span>
          <input
            type="search"
            placeholder="Search"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
      )}
      <ul
        class="inbox-list"
        ref={list}
        onKeyDown={(event) => {
          if (event.key.startsWith('Arrow')) moveFocus(event, list.current, 'a');
        }}
      >
        {shown.map(({ conversation, title }) => (
          <li key={conversation.id} class="inbox-line">
            <InboxItem conversation={conversation} title={title} />
          </li>
        ))}
      </ul>
      {shown.length === 0 && <NothingHere searched={wanted !== ''} />}
    </nav>
  );
}

function NothingHere({ searched }: { readonly searched: boolean }) {
  const { online } = useSnapshot(useSession().nova.connection);
  if (searched) return <p class="inbox-nothing">Nothing has that name.</p>;
  if (!online) return <InboxOutline />;
  return <p class="inbox-nothing">No conversations yet. Start one with the button above.</p>;
}

/** The shape of what is being loaded. */
function InboxOutline() {
  return (
    <div class="inbox-outline" aria-hidden="true">
      {[0, 1, 2, 3].map((line) => (
        <div key={line} class="inbox-outline-line" />
      ))}
    </div>
  );
}
