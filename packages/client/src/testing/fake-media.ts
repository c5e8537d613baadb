import type { Platform } from '../calls/local-media.ts';

/** A track that shows nothing. */
export class FakeTrack {
  readonly id = crypto.randomUUID();
  readonly kind: 'audio' | 'video';
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  onended: (() => void) | null = null;
  /** Which device it comes from. */
  readonly label: string;

  constructor(kind: 'audio' | 'video', label: string) {
    this.kind = kind;
    this.label = label;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device was pulled out, or the browser's own button pressed. */
  endByItself(): void {
    this.stop();
    this.onended?.();
  }
}

export class FakeStream {
  readonly tracks: readonly FakeTrack[];

  constructor(tracks: readonly FakeTrack[] = []) {
    this.tracks = tracks;
  }

  getTracks(): readonly FakeTrack[] {
    return this.tracks;
  }

  getAudioTracks(): readonly FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'audio');
  }

  getVideoTracks(): readonly FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'video');
  }
}

/** Microphones, cameras and screens, and every track that was ever handed out. */
export class FakeDevices {
  readonly handedOut: FakeTrack[] = [];
  refused = false;

  get live(): readonly FakeTrack[] {
    return this.handedOut.filter(({ readyState }) => readyState === 'live');
  }

  async getUserMedia(wanted: MediaStreamConstraints): Promise<FakeStream> {
    if (this.refused) throw new Error('Permission denied');
    const tracks: FakeTrack[] = [];
    if (wanted.audio) tracks.push(new FakeTrack('audio', labelOf(wanted.audio, 'microphone')));
    if (wanted.video) tracks.push(new FakeTrack('video', labelOf(wanted.video, 'camera')));
    this.handedOut.push(...tracks);
    return new FakeStream(tracks);
  }

  async getDisplayMedia(): Promise<FakeStream> {
    if (this.refused) throw new Error('Permission denied');
    const track = new FakeTrack('video', 'screen');
    this.handedOut.push(track);
    return new FakeStream([track]);
  }
}

function labelOf(wanted: boolean | MediaTrackConstraints, plain: string): string {
  const chosen = typeof wanted === 'object' ? wanted.deviceId : undefined;
  return typeof chosen === 'object' && 'exact' in chosen ? String(chosen.exact) : plain;
}

/** What the SDK is given in place of a browser. */
export const fakePlatform = (devices: FakeDevices, peerConnection: unknown): Platform =>
  ({ peerConnection, mediaDevices: devices, mediaStream: FakeStream }) as unknown as Platform;
