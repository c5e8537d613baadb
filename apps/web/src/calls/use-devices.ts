import { useEffect, useState } from 'preact/hooks';

/**
 * Cameras, microphones and speakers that can be chosen now. The browser names those that a page may
 * use: there may be more of them when another stream is in use.
 */
export function useDevices(stream: MediaStream | null): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const { mediaDevices } = navigator;
    // Browsers hide it on pages that are not secure.
    if (mediaDevices === undefined) return;
    const list = (): void =>
      void mediaDevices.enumerateDevices().then(setDevices, () => setDevices([]));
    list();
    mediaDevices.addEventListener('devicechange', list);
    return () => mediaDevices.removeEventListener('devicechange', list);
  }, [stream]);
  // Without a name and an id there is nothing to choose by.
  return devices.filter(({ deviceId, label }) => deviceId !== '' && label !== '');
}
