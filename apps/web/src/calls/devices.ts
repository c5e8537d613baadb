import type { LiveCall, MediaChoice } from '@nova/client';
import { signal } from '@preact/signals';
import { readJson } from '../session/identity.ts';

/** Which devices somebody chose in this browser, by what they do. */
export type ChosenDevices = Readonly<Partial<Record<MediaDeviceKind, string>>>;

const storageKey = 'nova.devices';

export const chosenDevices = signal<ChosenDevices>(
  readJson<ChosenDevices>(localStorage, storageKey) ?? {},
);

export function chooseDevice(kind: MediaDeviceKind, deviceId: string): void {
  chosenDevices.value = { ...chosenDevices.value, [kind]: deviceId };
  localStorage.setItem(storageKey, JSON.stringify(chosenDevices.value));
}

/** A call that is under way takes another device; the speaker is heeded where it is played. */
export async function switchTo(
  call: LiveCall,
  kind: MediaDeviceKind,
  deviceId: string,
): Promise<void> {
  if (kind === 'videoinput') await call.useCamera(deviceId);
  if (kind === 'audioinput') await call.useMicrophone(deviceId);
}

interface Wanted {
  readonly microphone?: boolean;
  readonly camera: boolean;
}

/** What a call asks the browser for: the chosen devices, or any others where those are gone. */
export async function chosenMedia({ microphone = true, camera }: Wanted): Promise<MediaChoice> {
  const present = await navigator.mediaDevices?.enumerateDevices().catch(() => []);
  const choice = (kind: MediaDeviceKind): true | MediaTrackConstraints => {
    const exact = chosenDevices.value[kind];
    const found = present?.some(({ deviceId }) => deviceId === exact && deviceId !== '');
    // Not all browsers heed a mere wish for a device.
    return exact !== undefined && found === true ? { deviceId: { exact } } : true;
  };
  return {
    microphone: microphone && choice('audioinput'),
    camera: camera && choice('videoinput'),
  };
}
