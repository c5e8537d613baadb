import type { ConversationSummary } from '@nova/client';
import { callOfWords } from '../calls/call-of.ts';
import { useCallOf } from '../calls/use-call-of.ts';
import { useNames } from '../people/use-names.ts';
import { usePresence } from '../people/use-presence.ts';
import { useSession } from '../session/session.ts';
import { conversationAddress, route } from '../shell/route.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { shortTime } from '../ui/time-words.ts';
import { useSnapshot } from '../ui/use-snapshot.ts';
import { previewOf } from './preview-of.ts';
import { peerOf } from './title-of.ts';

interface InboxItemProps {
  readonly conversation: ConversationSummary;
  readonly title: string;
}

export function InboxItem({ conversation, title }: InboxItemProps) {
  const { nova, userId, calls } = useSession();
  const nameOf = useNames();
  const { id, kind, lastMessage, unreadCount, updatedAt } = conversation;
  const peer = peerOf({ ...conversation, viewerId: userId });
  const online = usePresence(peer)?.state === 'online';
  useSnapshot(nova.outbox);
  const live = nova.conversations.get(id)?.getSnapshot();
  const call = useCallOf(id);
  const JoinButton = calls.value?.parts.JoinButton;
  const joinable = call?.state === 'joinable' && !call.busy ? call.call : null;
  const preview = previewOf(conversation, live, userId, nameOf);
  return (
    <>
      <a
        class={`inbox-item ${joinable === null ? '' : 'inbox-item-joinable'}`}
        href={conversationAddress(id)}
        aria-current={route.value.conversationId === id ? 'page' : undefined}
      >
        <Avatar id={peer ?? id} name={title} kind={kind === 'group' ? 'group' : 'person'}>
          {online && <span class="presence-dot" />}
        </Avatar>
        <span class="inbox-title">
          {title}
          {online && <span class="unseen">, online</span>}
        </span>
        <time class="inbox-time" dateTime={updatedAt}>
          {shortTime(lastMessage?.createdAt ?? updatedAt)}
        </time>
        {call === null ? (
          <span class={`inbox-preview ${preview.typing ? 'inbox-typing' : ''}`}>
            {preview.words}
          </span>
        ) : (
          <span class="inbox-preview inbox-call">
            <Icon name="phone" />
            {callOfWords(call)}
          </span>
        )}
        {unreadCount > 0 && (
          <span class="unread">
            {unreadCount > 99 ? '99+' : unreadCount}
            <span class="unseen"> unread</span>
          </span>
        )}
      </a>
      {joinable !== null && JoinButton !== undefined && (
        <JoinButton
          call={joinable}
          class="inbox-join"
          label={`Join the call: ${title}`}
          words="Join"
        />
      )}
    </>
  );
}
