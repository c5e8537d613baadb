import type { Call } from '@nova/protocol';
import type { Clock } from '../clock.ts';
import type { IncomingCall, LiveCall, MediaChoice, RingEnd } from './calls-api.ts';

export interface RingOptions {
  readonly clock: Clock;
  readonly accept: (call: Call, media: MediaChoice | undefined) => Promise<LiveCall>;
  readonly decline: (call: Call) => Promise<void>;
  readonly onOver: (ring: Ring) => void;
}

/** The service says when ringing ends; should that word be lost, this does. */
const lateMs = 3_000;

/** A call that rings on this device. */
export class Ring implements IncomingCall {
  readonly id: string;
  readonly over: Promise<RingEnd>;
  readonly #options: RingOptions;
  readonly #resolve: (end: RingEnd) => void;
  readonly #cancelTimer: () => void;
  #call: Call;
  #ended = false;

  constructor(call: Call, options: RingOptions) {
    this.id = call.id;
    this.#call = call;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<RingEnd>();
    this.over = promise;
    this.#resolve = resolve;
    // How long by the service's clock, which need not be this device's.
    const until = call.ringsUntil === undefined ? 0 : Date.parse(call.ringsUntil);
    const leftMs = Math.max(0, until - Date.parse(call.createdAt));
    this.#cancelTimer = options.clock.after(leftMs + lateMs, () => this.end('missed'));
  }

  get call(): Call {
    return this.#call;
  }

  get conversationId(): string {
    return this.#call.conversationId;
  }

  get kind(): Call['kind'] {
    return this.#call.kind;
  }

  get from(): string {
    return this.#call.createdBy;
  }

  take(call: Call): void {
    if (call.version >= this.#call.version) this.#call = call;
  }

  accept(media?: MediaChoice): Promise<LiveCall> {
    return this.#options.accept(this.#call, media);
  }

  decline(): Promise<void> {
    return this.#options.decline(this.#call);
  }

  end(reason: RingEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimer();
    this.#resolve(reason);
    this.#options.onOver(this);
  }
}
