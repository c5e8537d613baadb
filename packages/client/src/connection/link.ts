import type { ReplyFrame, ServerFrame } from '@nova/protocol/wire';
import type { Clock } from '../clock.ts';
import type { LossReason } from './connection-state.ts';
import type { WebSocketConstructor, WebSocketLike } from './socket.ts';

export interface LinkOptions {
  readonly number: number;
  readonly address: string;
  readonly protocols: readonly string[];
  readonly webSocket: WebSocketConstructor;
  readonly clock: Clock;
  /** The upgrade and the first frame may take this long. */
  readonly openTimeoutMs: number;
  readonly onReply: (frame: ReplyFrame) => void;
  readonly onEvent: (event: IncomingEvent, link: Link) => void;
  readonly onLost: (reason: LossReason, link: Link) => void;
}

/** An event before anybody looked at its name. */
export interface IncomingEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One WebSocket, from its opening to its loss, which is told once. */
export class Link {
  readonly number: number;
  /** The newest position the server named on this socket. */
  cursor: string | null = null;
  /** Everything missed was replayed or listed: the cursors of this socket are ours. */
  synced = false;
  readonly #options: LinkOptions;
  #socket: WebSocketLike | null = null;
  #silenceAllowedMs: number;
  #lastHeardMs = 0;
  #cancelWatch: () => void = () => {};

  constructor(options: LinkOptions) {
    this.number = options.number;
    this.#options = options;
    this.#silenceAllowedMs = options.openTimeoutMs;
  }

  open(): void {
    const { webSocket, address, protocols, clock } = this.#options;
    let socket: WebSocketLike;
    try {
      socket = new webSocket(address, [...protocols]);
    } catch (error) {
      // Told after the caller is done, as every other loss is.
      this.#cancelWatch = clock.after(0, () => this.#lose(1006, String(error)));
      return;
    }
    this.#socket = socket;
    this.#lastHeardMs = clock.now();
    socket.onmessage = (event: { data: unknown }) => this.#receive(event.data);
    socket.onclose = (event: { code: number; reason: string }) =>
      this.#lose(event.code, event.reason);
    // A close event follows with all there is to know.
    socket.onerror = () => {};
    this.#watch(this.#silenceAllowedMs);
  }

  /** From now on the link counts as dead after two heartbeats in which nothing was received. */
  expectHeartbeats(intervalMs: number): void {
    this.#silenceAllowedMs = 2 * intervalMs;
    this.#cancelWatch();
    this.#watch(this.#silenceAllowedMs);
  }

  send(frame: object): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /** Looks now whether the link is dead: timers stand still while a machine sleeps. */
  check(): void {
    const silentMs = this.#options.clock.now() - this.#lastHeardMs;
    if (silentMs >= this.#silenceAllowedMs) this.#lose(1006, 'nothing was heard from the service');
  }

  /** Ends the socket without telling: who calls this knows. */
  drop(): void {
    this.#cancelWatch();
    const socket = this.#socket;
    if (socket === null) return;
    this.#socket = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(1000);
  }

  // One timer for many frames: it is set again for the rest of the time when it comes too early.
  #watch(delayMs: number): void {
    this.#cancelWatch = this.#options.clock.after(delayMs, () => {
      const restMs = this.#lastHeardMs + this.#silenceAllowedMs - this.#options.clock.now();
      if (restMs <= 0) this.check();
      else this.#watch(restMs);
    });
  }

  #receive(text: unknown): void {
    this.#lastHeardMs = this.#options.clock.now();
    if (typeof text !== 'string') return;
    let frame: ServerFrame | null;
    try {
      frame = JSON.parse(text) as ServerFrame | null;
    } catch {
      this.#lose(1006, 'the service sent what is not JSON');
      return;
    }
    if (frame === null || typeof frame !== 'object') return;
    if ('reply' in frame) this.#options.onReply(frame);
    else if ('event' in frame) this.#options.onEvent(frame, this);
  }

  #lose(code: number, message: string): void {
    this.drop();
    this.#options.onLost({ code, message }, this);
  }
}
