import type { LiveConversation } from '@nova/client';
import { useState } from 'preact/hooks';
import { Details } from '../details/Details.tsx';
import { route } from '../shell/route.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { Composer } from './Composer.tsx';
import { ConversationHeader } from './ConversationHeader.tsx';
import type { Intent } from './intent.ts';
import { MissingConversation } from './MissingConversation.tsx';
import { Timeline } from './Timeline.tsx';
import { useLive } from './use-live.ts';

export function Conversation({ conversationId }: { readonly conversationId: string }) {
  const [live, state] = useLive(conversationId);
  if (state === 'missing') return <MissingConversation words="This conversation is not yours." />;
  if (live === null) return <div class="pane-loading" role="status" aria-label="Loading" />;
  return <OpenConversation live={live} ready={state === 'ready'} />;
}

interface OpenConversationProps {
  readonly live: LiveConversation;
  readonly ready: boolean;
}

function OpenConversation({ live, ready }: OpenConversationProps) {
  const view = useSnapshot(live);
  const [intent, setIntent] = useState<Intent | null>(null);
  if (view.removed) {
    return <MissingConversation words="You are no longer a member of this conversation." />;
  }
  return (
    <>
      <section class="conversation">
        <ConversationHeader view={view} />
        <Timeline live={live} view={view} ready={ready} onIntent={setIntent} />
        <Composer live={live} view={view} intent={intent} onIntent={setIntent} />
      </section>
      {route.value.details && <Details live={live} view={view} />}
    </>
  );
}
