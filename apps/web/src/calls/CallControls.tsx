import type { LiveCall, SelfView } from '@nova/client';
import { attempt } from '../shell/notice.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { explained } from './call-words.ts';
import { DeviceMenu } from './DeviceMenu.tsx';

interface CallControlsProps {
  readonly call: LiveCall;
  readonly self: SelfView;
  readonly mayEndForAll: boolean;
}

export function CallControls({ call, self, mayEndForAll }: CallControlsProps) {
  const { microphone, camera, screen } = self.media;
  const mayShare = 'getDisplayMedia' in (navigator.mediaDevices ?? {});
  return (
    <div class="controls" role="toolbar" aria-label="Call">
      <IconButton
        icon={microphone ? 'microphone' : 'microphoneOff'}
        label={microphone ? 'Mute' : 'Unmute'}
        class={microphone ? '' : 'control-off'}
        onClick={() => attempt(explained(call.setMicrophone(!microphone)))}
      />
      <IconButton
        icon={camera ? 'video' : 'videoOff'}
        label={camera ? 'Turn camera off' : 'Turn camera on'}
        class={camera ? '' : 'control-off'}
        onClick={() => attempt(explained(call.setCamera(!camera)))}
      />
      {mayShare && (
        <IconButton
          icon="screen"
          label={screen ? 'Stop sharing' : 'Share screen'}
          class={screen ? 'control-on' : ''}
          onClick={() => attempt(explained(screen ? call.stopScreen() : call.shareScreen()))}
        />
      )}
      <DeviceMenu call={call} self={self} />
      <IconButton
        icon="hangUp"
        label="Hang up"
        class="hang-up"
        onClick={() => attempt(call.hangUp())}
      />
      {mayEndForAll && (
        <button type="button" class="link-button" onClick={() => attempt(call.endForAll())}>
          End for all
        </button>
      )}
    </div>
  );
}
