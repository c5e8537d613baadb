import type { MediaState } from '@nova/protocol';

/**
 * Tells the service what this device sends, one state after the other: two on their way at once may
 * overtake each other, and the others would be left with the older one.
 */
export class MediaReporter {
  readonly #report: (media: MediaState) => Promise<unknown>;
  #told: MediaState;
  #wanted: MediaState;
  #working = false;

  constructor(told: MediaState, report: (media: MediaState) => Promise<unknown>) {
    this.#told = told;
    this.#wanted = told;
    this.#report = report;
  }

  /** Also says again what could not be said before. */
  follow(media: MediaState): void {
    this.#wanted = media;
    if (!this.#working) void this.#tell();
  }

  async #tell(): Promise<void> {
    this.#working = true;
    try {
      while (!same(this.#wanted, this.#told)) {
        const media = this.#wanted;
        await this.#report(media);
        this.#told = media;
      }
    } catch {
      // The next change brings it, or the return of the signaling.
    } finally {
      this.#working = false;
    }
  }
}

const same = (one: MediaState, other: MediaState): boolean =>
  (Object.keys(one) as (keyof MediaState)[]).every((key) => one[key] === other[key]);
