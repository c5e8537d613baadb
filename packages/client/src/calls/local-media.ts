import { NovaClientError } from '../client-error.ts';
import type { CallsOptions, MediaChoice } from './calls-api.ts';

/** What a browser offers, or what stands in for it. */
export interface Platform {
  readonly peerConnection: new (configuration?: RTCConfiguration) => RTCPeerConnection;
  readonly mediaDevices: Pick<MediaDevices, 'getUserMedia' | 'getDisplayMedia'>;
  readonly mediaStream: new (tracks?: MediaStreamTrack[]) => MediaStream;
}

/** What the application gave, else what the browser has. Throws `mediaDenied` where there is nothing. */
export function platformOf({ peerConnection, mediaDevices, mediaStream }: CallsOptions): Platform {
  const devices = mediaDevices ?? globalThis.navigator?.mediaDevices;
  // Browsers hide them on pages that are not secure.
  if (devices === undefined) throw new NovaClientError('mediaDenied', 'calls need https');
  return {
    peerConnection: peerConnection ?? RTCPeerConnection,
    mediaDevices: devices,
    mediaStream: mediaStream ?? MediaStream,
  };
}

/** Who is told of changes. */
export interface MediaFollower {
  /** A track was put in, exchanged or taken away: connections send another one now. */
  readonly onTracks: () => void;
  /** The browser's own button ended the sharing, or a device was pulled out. */
  readonly onEnded: (slot: Slot) => void;
}

/** What is sent, in the order of the transceivers of every connection. */
export type Slot = 'microphone' | 'camera' | 'screen';
export const slots: readonly Slot[] = ['microphone', 'camera', 'screen'];

export const trackKind = (slot: Slot): 'audio' | 'video' =>
  slot === 'microphone' ? 'audio' : 'video';

/** Microphone, camera and screen of this device. Every track that was begun is stopped once. */
export class LocalMedia {
  readonly #platform: Platform;
  #follower: MediaFollower | null = null;
  readonly #tracks = new Map<Slot, MediaStreamTrack>();
  /** The device that was asked for, for when it is used again. */
  readonly #preferred = new Map<Slot, MediaTrackConstraints>();
  #stream: MediaStream;
  #screen: MediaStream | null = null;
  #closed = false;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#stream = new platform.mediaStream();
  }

  follow(follower: MediaFollower): void {
    this.#follower = follower;
  }

  get stream(): MediaStream {
    return this.#stream;
  }

  get screen(): MediaStream | null {
    return this.#screen;
  }

  track(slot: Slot): MediaStreamTrack | null {
    return this.#tracks.get(slot) ?? null;
  }

  /** Asks for both at once, as the browser asks the person. Throws `mediaDenied`. */
  async open({ microphone = true, camera = true }: MediaChoice): Promise<void> {
    for (const [slot, choice] of [
      ['microphone', microphone] as const,
      ['camera', camera] as const,
    ]) {
      if (typeof choice === 'object') this.prefer(slot, choice);
    }
    if (microphone === false && camera === false) return;
    const constraints = { audio: microphone, video: camera };
    const stream = await ask(() => this.#platform.mediaDevices.getUserMedia(constraints));
    this.#put('microphone', stream.getAudioTracks()[0] ?? null);
    this.#put('camera', stream.getVideoTracks()[0] ?? null);
  }

  /** From now on this device is meant when the slot is used. */
  prefer(slot: Slot, choice: MediaTrackConstraints): void {
    this.#preferred.set(slot, choice);
  }

  /** The preferred device in place of the present one, which is let go of after the new one came. */
  async use(slot: 'microphone' | 'camera'): Promise<void> {
    const choice = this.#preferred.get(slot) ?? true;
    const constraints = slot === 'microphone' ? { audio: choice } : { video: choice };
    const stream = await ask(() => this.#platform.mediaDevices.getUserMedia(constraints));
    const [track] = stream.getTracks();
    if (track === undefined) throw denied(slot);
    track.enabled = this.track(slot)?.enabled ?? true;
    this.#put(slot, track);
  }

  async share(): Promise<void> {
    const stream = await ask(() => this.#platform.mediaDevices.getDisplayMedia({ video: true }));
    for (const track of stream.getAudioTracks()) track.stop();
    this.#put('screen', stream.getVideoTracks()[0] ?? null);
  }

  /** Stops and forgets a track: the camera's light goes out. */
  release(slot: Slot): void {
    this.#put(slot, null);
  }

  close(): void {
    this.#closed = true;
    for (const slot of slots) this.#put(slot, null);
  }

  #put(slot: Slot, track: MediaStreamTrack | null): void {
    const old = this.#tracks.get(slot);
    if (old === track) return;
    if (old !== undefined) {
      old.onended = null;
      old.stop();
    }
    // The call ended while the person was being asked.
    if (this.#closed) track?.stop();
    if (track === null || this.#closed) {
      this.#tracks.delete(slot);
    } else {
      this.#tracks.set(slot, track);
      track.onended = () => {
        if (this.#tracks.get(slot) === track) this.#follower?.onEnded(slot);
      };
    }
    this.#rebuild();
  }

  #rebuild(): void {
    const { mediaStream: Stream } = this.#platform;
    const own = [this.track('microphone'), this.track('camera')].filter((track) => track !== null);
    this.#stream = new Stream(own);
    const screen = this.track('screen');
    this.#screen = screen === null ? null : new Stream([screen]);
    this.#follower?.onTracks();
  }
}

async function ask(get: () => Promise<MediaStream>): Promise<MediaStream> {
  try {
    return await get();
  } catch (error) {
    throw denied(error instanceof Error ? error.message : String(error), error);
  }
}

const denied = (words: string, cause?: unknown): NovaClientError =>
  new NovaClientError('mediaDenied', `no microphone, camera or screen: ${words}`, { cause });
