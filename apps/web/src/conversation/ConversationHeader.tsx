import type { ConversationView } from '@nova/client';
import { peerOf, titleOf } from '../inbox/title-of.ts';
import { presenceWords } from '../people/presence-words.ts';
import { useNames } from '../people/use-names.ts';
import { usePresence } from '../people/use-presence.ts';
import { useSession } from '../session/session.ts';
import { conversationAddress, route } from '../shell/route.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { typingWords } from './typing-words.ts';

export function ConversationHeader({ view }: { readonly view: ConversationView }) {
  const { userId, calls } = useSession();
  const CallButtons = calls.value?.parts.CallButtons;
  const nameOf = useNames();
  const title = titleOf(view, userId, nameOf);
  const peer = peerOf({ ...view, viewerId: userId });
  const typing = typingWords(view.typing, view.kind, nameOf);
  const presence = usePresence(peer);
  const { details } = route.value;
  return (
    <header class="conversation-header">
      <a class="icon-button back" href="#/" aria-label="Back to the inbox">
        <Icon name="back" />
      </a>
      <a
        class="conversation-about"
        href={conversationAddress(view.id, !details)}
        aria-expanded={details}
      >
        <Avatar
          id={peer ?? view.id}
          name={title}
          kind={view.kind === 'group' ? 'group' : 'person'}
          size="small"
        />
        <span class="conversation-names">
          <span class="conversation-title">{title}</span>
          <span class={`conversation-state ${typing === '' ? '' : 'inbox-typing'}`}>
            {typing || presenceWords(presence) || sizeWords(view)}
          </span>
        </span>
        <span class="unseen">details</span>
      </a>
      {CallButtons !== undefined && <CallButtons view={view} />}
    </header>
  );
}

const sizeWords = ({ kind, memberCount }: ConversationView): string =>
  kind === 'direct' ? '' : memberCount === 1 ? 'Just you' : `${memberCount} members`;
