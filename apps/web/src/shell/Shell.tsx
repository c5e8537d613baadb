import { useState } from 'preact/hooks';
import { CallLayer } from '../calls/CallLayer.tsx';
import { covering } from '../calls/covering.ts';
import { Conversation } from '../conversation/Conversation.tsx';
import { Inbox } from '../inbox/Inbox.tsx';
import { NewConversation } from '../people/NewConversation.tsx';
import { Announcer } from './Announcer.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { EmptyPane } from './EmptyPane.tsx';
import { Notice } from './Notice.tsx';
import { route } from './route.ts';
import { useUnreadTitle } from './use-unread-title.ts';

/** The two panes; on a narrow screen one at a time. */
export function Shell() {
  const [starting, setStarting] = useState(false);
  const { conversationId } = route.value;
  useUnreadTitle();
  return (
    <div class={`shell ${conversationId === null ? 'shell-inbox' : 'shell-conversation'}`}>
      <CallLayer />
      <ConnectionBanner />
      <div class="side" inert={covering.value}>
        <Inbox onStart={() => setStarting(true)} />
      </div>
      <main class="pane" inert={covering.value}>
        {conversationId === null ? (
          <EmptyPane onStart={() => setStarting(true)} />
        ) : (
          <Conversation key={conversationId} conversationId={conversationId} />
        )}
      </main>
      {starting && <NewConversation onClose={() => setStarting(false)} />}
      <Announcer />
      <Notice />
    </div>
  );
}
