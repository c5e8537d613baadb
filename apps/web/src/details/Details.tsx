import type { ConversationView, LiveConversation } from '@nova/client';
import { can } from '@nova/protocol/wire';
import { titleOf } from '../inbox/title-of.ts';
import { useNames } from '../people/use-names.ts';
import { useSession } from '../session/session.ts';
import { attempt } from '../shell/notice.ts';
import { conversationAddress, replaceWith } from '../shell/route.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { dateWords } from '../ui/time-words.ts';
import { AddMembers } from './AddMembers.tsx';
import { byRoleAndName } from './by-role-and-name.ts';
import { MemberLine } from './MemberLine.tsx';
import { TitleForm } from './TitleForm.tsx';

interface DetailsProps {
  readonly live: LiveConversation;
  readonly view: ConversationView;
}

/** What is known about a conversation, and what its members may change. */
export function Details({ live, view }: DetailsProps) {
  const { userId } = useSession();
  const nameOf = useNames();
  const { id, kind, role, members, memberCount, createdAt } = view;
  const group = kind === 'group';
  const title = titleOf(view, userId, nameOf);
  const peer = (members ?? []).find((member) => member.userId !== userId);
  return (
    <aside class="details" aria-label="Details">
      <header class="details-header">
        <a class="icon-button" href={conversationAddress(id)} aria-label="Close details">
          <Icon name="close" />
        </a>
        <h2>{group ? 'Group' : 'Person'}</h2>
      </header>
      <div class="details-about">
        <Avatar
          id={group ? id : (peer?.userId ?? id)}
          name={title}
          kind={group ? 'group' : 'person'}
          size="huge"
        />
        <p class="details-title">{title}</p>
        <p class="details-since">
          {group ? 'Created' : 'Since'} {dateWords(createdAt)}
        </p>
      </div>
      {group && can(role, 'updateConversation') && <TitleForm live={live} title={view.title} />}
      {group && (
        <section aria-labelledby="members-title">
          <h3 id="members-title">
            {memberCount} {memberCount === 1 ? 'member' : 'members'}
          </h3>
          {members === null ? (
            <p class="form-hint">Too many to list them here.</p>
          ) : (
            <ul class="members">
              {byRoleAndName(members, nameOf).map((member) => (
                <MemberLine key={member.userId} live={live} member={member} viewerRole={role} />
              ))}
            </ul>
          )}
          {can(role, 'addMember') && <AddMembers live={live} />}
        </section>
      )}
      {group && (
        <button
          type="button"
          class="button button-grave"
          onClick={() => attempt(live.leave().then(() => replaceWith('')))}
        >
          Leave group
        </button>
      )}
    </aside>
  );
}
