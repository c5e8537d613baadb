import type { Clock } from '../clock.ts';
import type { Output } from '../requests/requests.ts';

type Answer = Output<'rtc.iceServers'>;

/** Asked for anew when less than this share of their time is left. */
const freshShare = 0.1;
const retryMs = 10_000;

/** The servers of a call; asked for once for all its connections. */
export class IceServers {
  readonly #clock: Clock;
  readonly #ask: () => Promise<Answer>;
  #present: { readonly answer: Promise<Answer>; readonly untilMs: number } | null = null;

  constructor(clock: Clock, ask: () => Promise<Answer>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** Never rejects: without servers a direct way may still be found. */
  async get(): Promise<readonly RTCIceServer[]> {
    const nowMs = this.#clock.now();
    if (this.#present === null || this.#present.untilMs <= nowMs) {
      const answer = this.#ask();
      this.#present = { answer, untilMs: Number.MAX_SAFE_INTEGER };
      answer.then(
        ({ ttlMs }) => {
          this.#present = { answer, untilMs: nowMs + ttlMs * (1 - freshShare) };
        },
        () => {
          this.#present = { answer, untilMs: nowMs + retryMs };
        },
      );
    }
    try {
      return (await this.#present.answer).iceServers;
    } catch {
      return [];
    }
  }
}
