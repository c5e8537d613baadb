import { useEffect, useRef } from 'preact/hooks';
import { attempt } from '../shell/notice.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { explained } from './call-words.ts';
import { deviceInUse, deviceKinds, offeredDevices } from './device-kinds.ts';
import { chooseDevice, chosenDevices, switchTo } from './devices.ts';
import { useCalls } from './use-calls.ts';
import { useDevices } from './use-devices.ts';
import { usePreview } from './use-preview.ts';

/** Which camera, microphone and speaker calls use, chosen before there is one. */
export function DeviceSettings({ onClose }: { readonly onClose: () => void }) {
  const [, { current }] = useCalls();
  const { stream, problem } = usePreview();
  const devices = useDevices(stream);
  const choose = (kind: MediaDeviceKind, deviceId: string): void => {
    chooseDevice(kind, deviceId);
    if (current !== null && current.getSnapshot().phase !== 'ended') {
      attempt(explained(switchTo(current, kind, deviceId)));
    }
  };
  return (
    <Dialog title="Camera and sound" onClose={onClose}>
      <div class="form">
        <Picture stream={stream} />
        {problem !== null && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {deviceKinds.map(([kind, title]) => {
          const offered = offeredDevices(devices, kind);
          if (offered.length === 0) return null;
          return (
            <label class="field" key={kind}>
              <span>{title}</span>
              <select
                value={deviceInUse(kind, stream) ?? chosenDevices.value[kind]}
                onChange={(event) => choose(kind, event.currentTarget.value)}
              >
                {offered.map(({ deviceId, label }) => (
                  <option key={deviceId} value={deviceId}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
          );
        })}
        <p class="form-hint">Your next calls use them. Nobody sees this picture but you.</p>
      </div>
    </Dialog>
  );
}

/** One's own, as in a mirror. */
function Picture({ stream }: { readonly stream: MediaStream | null }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} class="preview" autoplay playsInline muted aria-label="Your picture" />;
}
