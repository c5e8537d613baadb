import type { LiveConversation } from '@nova/client';
import type { Member, Role } from '@nova/protocol';
import { can, outranks } from '@nova/protocol/wire';
import { useRef, useState } from 'preact/hooks';
import { useNames } from '../people/use-names.ts';
import { usePresence } from '../people/use-presence.ts';
import { useSession } from '../session/session.ts';
import { attempt } from '../shell/notice.ts';
import { conversationAddress, goTo } from '../shell/route.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu } from '../ui/Menu.tsx';
import { MenuItem } from '../ui/MenuItem.tsx';

interface MemberLineProps {
  readonly live: LiveConversation;
  readonly member: Member;
  readonly viewerRole: Role;
}

const roles: readonly Role[] = ['admin', 'moderator', 'member'];

export function MemberLine({ live, member, viewerRole }: MemberLineProps) {
  const { nova, userId: viewerId } = useSession();
  const nameOf = useNames();
  const place = useRef<HTMLLIElement>(null);
  const [open, setOpen] = useState(false);
  const { userId, role } = member;
  const me = userId === viewerId;
  const online = usePresence(me ? null : userId)?.state === 'online';
  const name = me ? `${nameOf(userId)} (you)` : nameOf(userId);
  const above = !me && outranks(viewerRole, role);
  const act = (action: () => Promise<unknown>) => () => {
    setOpen(false);
    attempt(action());
  };
  const talk = async (): Promise<void> => {
    goTo(conversationAddress((await nova.conversations.createDirect(userId)).id));
  };
  const anchor = place.current?.querySelector('button');
  return (
    <li class="member" ref={place}>
      <Avatar id={userId} name={nameOf(userId)} size="small">
        {online && <span class="presence-dot" />}
      </Avatar>
      <span class="member-name">
        {name}
        {online && <span class="unseen">, online</span>}
      </span>
      {role !== 'member' && <span class="role">{role}</span>}
      {!me && (
        <IconButton
          icon="more"
          label={`Actions for ${name}`}
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        />
      )}
      {open && anchor && (
        <Menu label={`Actions for ${name}`} anchor={anchor} onClose={() => setOpen(false)}>
          <MenuItem icon="send" label="Message" onChoose={act(talk)} />
          {above &&
            can(viewerRole, 'setRole') &&
            roles
              .filter((other) => other !== role && outranks(viewerRole, other))
              .map((other) => (
                <MenuItem
                  key={other}
                  icon="person"
                  label={`Make ${other}`}
                  onChoose={act(() => live.setRole(userId, other))}
                />
              ))}
          {above && can(viewerRole, 'removeMember') && (
            <MenuItem
              icon="trash"
              label="Remove from group"
              grave
              onChoose={act(() => live.removeMember(userId))}
            />
          )}
        </Menu>
      )}
    </li>
  );
}
