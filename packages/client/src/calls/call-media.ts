import type { MediaState } from '@nova/protocol';
import type { LocalMedia } from './local-media.ts';

/** What this device sends, as the person has chosen: mute and hold outlive a change of device. */
export class CallMedia {
  readonly #local: LocalMedia;
  readonly #onChange: () => void;
  #muted = false;
  #hold = false;

  constructor(local: LocalMedia, onChange: () => void) {
    this.#local = local;
    this.#onChange = onChange;
    local.follow({ onTracks: () => this.#apply(), onEnded: (slot) => local.release(slot) });
  }

  get state(): MediaState {
    return {
      microphone: this.#local.track('microphone') !== null && !this.#muted,
      camera: this.#local.track('camera') !== null,
      screen: this.#local.track('screen') !== null,
      hold: this.#hold,
    };
  }

  async setMicrophone(on: boolean): Promise<void> {
    this.#muted = !on;
    if (on && this.#local.track('microphone') === null) await this.#local.use('microphone');
    else this.#apply();
  }

  /** Off lets go of the camera: its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    if (!on) this.#local.release('camera');
    else if (this.#local.track('camera') === null) await this.#local.use('camera');
  }

  /** One that is off stays off: it is another one when it is turned on. */
  async use(slot: 'microphone' | 'camera', deviceId: string): Promise<void> {
    this.#local.prefer(slot, { deviceId: { exact: deviceId } });
    if (this.#local.track(slot) !== null) await this.#local.use(slot);
  }

  shareScreen(): Promise<void> {
    return this.#local.share();
  }

  stopScreen(): void {
    this.#local.release('screen');
  }

  setHold(on: boolean): void {
    this.#hold = on;
    this.#apply();
  }

  #apply(): void {
    const microphone = this.#local.track('microphone');
    if (microphone !== null) microphone.enabled = !this.#muted && !this.#hold;
    for (const slot of ['camera', 'screen'] as const) {
      const track = this.#local.track(slot);
      if (track !== null) track.enabled = !this.#hold;
    }
    this.#onChange();
  }
}
