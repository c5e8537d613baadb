import { useRef, useState } from 'preact/hooks';
import { useNames } from '../people/use-names.ts';
import { signOut, useSession } from '../session/session.ts';
import { attempt, show } from '../shell/notice.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Menu } from '../ui/Menu.tsx';
import { MenuItem } from '../ui/MenuItem.tsx';

/** Who is signed in, what is set for them, and the way out. */
export function Me() {
  const { userId, calls } = useSession();
  const DeviceSettings = calls.value?.parts.DeviceSettings;
  const name = useNames()(userId);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [settings, setSettings] = useState(false);
  return (
    <>
      <button
        type="button"
        ref={button}
        class="me"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Avatar id={userId} name={name} size="small" />
        <span class="me-name">{name}</span>
        <span class="unseen">your account</span>
        <Icon name="down" />
      </button>
      {open && button.current !== null && (
        <Menu label="Your account" anchor={button.current} onClose={() => setOpen(false)}>
          {DeviceSettings !== undefined && (
            <MenuItem
              icon="settings"
              label="Camera and sound"
              onChoose={() => {
                setOpen(false);
                setSettings(true);
              }}
            />
          )}
          <MenuItem
            icon="copy"
            label="Copy my user ID"
            onChoose={() => {
              setOpen(false);
              attempt(navigator.clipboard.writeText(userId).then(() => show('Copied.')));
            }}
          />
          <MenuItem icon="exit" label="Sign out" onChoose={signOut} />
        </Menu>
      )}
      {settings && DeviceSettings !== undefined && (
        <DeviceSettings onClose={() => setSettings(false)} />
      )}
    </>
  );
}
