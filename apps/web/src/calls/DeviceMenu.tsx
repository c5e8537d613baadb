import type { LiveCall, SelfView } from '@nova/client';
import { useRef, useState } from 'preact/hooks';
import { attempt } from '../shell/notice.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu } from '../ui/Menu.tsx';
import { MenuChoice } from '../ui/MenuChoice.tsx';
import { explained } from './call-words.ts';
import { deviceInUse, deviceKinds, offeredDevices } from './device-kinds.ts';
import { chooseDevice, chosenDevices, switchTo } from './devices.ts';
import { useDevices } from './use-devices.ts';

interface DeviceMenuProps {
  readonly call: LiveCall;
  readonly self: SelfView;
}

/** Which camera, microphone and speaker this call uses, and the next ones. */
export function DeviceMenu({ call, self }: DeviceMenuProps) {
  const button = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);
  // Before it opens: a menu takes its place by its height.
  const devices = useDevices(self.stream);
  return (
    <span ref={button}>
      <IconButton
        icon="settings"
        label="Camera and sound"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && button.current !== null && (
        <Menu label="Camera and sound" anchor={button.current} onClose={() => setOpen(false)}>
          <DeviceGroups call={call} self={self} devices={devices} onChosen={() => setOpen(false)} />
        </Menu>
      )}
    </span>
  );
}

interface DeviceGroupsProps extends DeviceMenuProps {
  readonly devices: readonly MediaDeviceInfo[];
  readonly onChosen: () => void;
}

function DeviceGroups({ call, self, devices, onChosen }: DeviceGroupsProps) {
  const choose = (kind: MediaDeviceKind, deviceId: string): void => {
    onChosen();
    chooseDevice(kind, deviceId);
    attempt(explained(switchTo(call, kind, deviceId)));
  };
  return deviceKinds.map(([kind, title]) => {
    const offered = offeredDevices(devices, kind);
    if (offered.length === 0) return null;
    const inUse =
      deviceInUse(kind, self.stream) ?? chosenDevices.value[kind] ?? offered[0]?.deviceId;
    return (
      <fieldset class="menu-group" key={kind}>
        <legend>{title}</legend>
        {offered.map(({ deviceId, label }) => (
          <MenuChoice
            key={deviceId}
            label={label}
            checked={deviceId === inUse}
            onChoose={() => choose(kind, deviceId)}
          />
        ))}
      </fieldset>
    );
  });
}
