import type { WebSocketLike } from '../connection/socket.ts';

/** The server's side of a socket, or the absence of a server. */
export interface SocketHost {
  opened(socket: FakeSocket): void;
  received(socket: FakeSocket, frame: { id: number; type: string; data: never }): void;
  closed(socket: FakeSocket): void;
}

/** A WebSocket without a network: frames arrive in order, never in the caller's own turn. */
export class FakeSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly #host: SocketHost;
  /** The network swallows everything: neither frames nor a close arrive. */
  dead = false;

  constructor(host: SocketHost, url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
    this.#host = host;
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      host.opened(this);
    });
  }

  send(text: string): void {
    if (this.dead || this.readyState !== 1) return;
    queueMicrotask(() => {
      if (this.readyState === 1) this.#host.received(this, JSON.parse(text));
    });
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#host.closed(this);
  }

  /** A frame from the server. */
  deliver(frame: object): void {
    const data = JSON.stringify(frame);
    queueMicrotask(() => {
      if (!this.dead && this.readyState === 1) this.onmessage?.({ data } as never);
    });
  }

  /** The server or the network ends the socket. */
  end(code: number, reason = ''): void {
    queueMicrotask(() => {
      if (this.readyState === 3) return;
      this.readyState = 3;
      this.#host.closed(this);
      if (!this.dead) this.onclose?.({ code, reason } as never);
    });
  }
}
