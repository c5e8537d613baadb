import type { PeerView } from '@nova/client';
import { useEffect, useRef } from 'preact/hooks';
import { Avatar } from '../ui/Avatar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { chosenDevices } from './devices.ts';

interface TileProps {
  readonly stream: MediaStream | null;
  readonly id: string;
  readonly name: string;
  /** What is written on it, where that is not the name. */
  readonly shownName?: string;
  readonly camera: boolean;
  readonly microphone: boolean;
  /** Nothing of it is played: one's own. */
  readonly muted?: boolean;
  readonly mirrored?: boolean;
  /** The whole picture counts, as of a screen. */
  readonly whole?: boolean;
  readonly hold?: boolean;
  readonly state?: PeerView['connection'];
  readonly quality?: 'good' | 'fair' | 'poor' | null;
}

/** Somebody in a call: their picture, or their colour and initials while there is none. */
export function Tile(props: TileProps) {
  const { stream, id, name, camera, microphone, state = 'connected', quality = null } = props;
  const { muted = false, mirrored = false, whole = false, hold = false, shownName = name } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null || element.srcObject === stream) return;
    element.srcObject = stream;
  }, [stream]);
  const speaker = chosenDevices.value.audiooutput ?? '';
  useEffect(() => {
    // Not every browser lets a page choose, and the one chosen last time may be gone.
    if (!muted) video.current?.setSinkId?.(speaker).catch(() => {});
  }, [speaker, muted]);
  const words = hold ? 'On hold' : stateWords[state];
  const looks = [mirrored && 'tile-mirrored', whole && 'tile-whole', muted && 'tile-own'];
  return (
    <figure class={`tile ${looks.filter(Boolean).join(' ')}`} data-state={state}>
      {/* It stays while the camera is off: the voice comes out of it, too. */}
      <video
        ref={video}
        class={camera ? '' : 'tile-dark'}
        autoplay
        playsInline
        muted={muted}
        aria-label={whole ? shownName : `Picture of ${shownName}`}
      />
      {!camera && <Avatar id={id} name={name} size="huge" />}
      {words !== '' && <p class="tile-state">{words}</p>}
      <figcaption class="tile-name">
        {!microphone && <Icon name="microphoneOff" />}
        <span class="tile-name-words">{shownName}</span>
        {!microphone && <span class="unseen">, muted</span>}
        {quality === 'poor' && <span class="tile-poor">poor connection</span>}
      </figcaption>
    </figure>
  );
}

const stateWords: Readonly<Record<PeerView['connection'], string>> = {
  connecting: 'Connecting…',
  connected: '',
  reconnecting: 'Reconnecting…',
};
