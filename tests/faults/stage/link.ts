/** A TCP way between two parties that can be cut, stalled and slowed down. */
import { once } from 'node:events';
import net from 'node:net';

/**
 * `cut` resets every connection and each new one; `stall` leaves connections open and carries
 * nothing, as a cable that was pulled; `delay` carries every byte later.
 */
export type LinkMode = 'pass' | 'cut' | 'stall' | { readonly delayMs: number };

export interface LinkOptions {
  readonly port: number;
  readonly targetPort: number;
  /** Connect onward from the address that the connection came from: a balancer sees who it is. */
  readonly keepAddress?: boolean;
}

const host = '127.0.0.1';

export class Link {
  readonly #options: LinkOptions;
  readonly #server: net.Server;
  readonly #passages = new Set<Passage>();
  #mode: LinkMode = 'pass';

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#carry(socket),
    );
  }

  async start(): Promise<void> {
    // Clients come from many addresses of 127.0.0.0/8, all to this one.
    this.#server.listen({ port: this.#options.port, host, backlog: 4_096 });
    await once(this.#server, 'listening');
  }

  set(mode: LinkMode): void {
    this.#mode = mode;
    if (mode === 'cut') for (const passage of this.#passages) passage.reset();
    else for (const passage of this.#passages) passage.obey(mode);
  }

  async close(): Promise<void> {
    this.set('cut');
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #carry(inward: net.Socket): void {
    const mode = this.#mode;
    if (mode === 'cut') {
      inward.on('error', () => undefined);
      inward.resetAndDestroy();
      return;
    }
    const { targetPort, keepAddress = false } = this.#options;
    const from = keepAddress ? inward.remoteAddress : undefined;
    const onward = net.connect({
      ...{ port: targetPort, host, allowHalfOpen: true, noDelay: true },
      ...(from === undefined ? {} : { localAddress: from }),
    });
    const passage = new Passage(inward, onward, () => this.#passages.delete(passage));
    this.#passages.add(passage);
    passage.obey(mode);
  }
}

/** One connection, in both directions. */
class Passage {
  readonly #sockets: readonly net.Socket[];
  readonly #directions: readonly Direction[];

  constructor(inward: net.Socket, onward: net.Socket, onEnd: () => void) {
    this.#sockets = [inward, onward];
    this.#directions = [new Direction(inward, onward), new Direction(onward, inward)];
    let open = this.#sockets.length;
    for (const socket of this.#sockets) {
      socket.on('error', () => this.reset());
      socket.once('close', () => {
        open -= 1;
        if (open === 0) onEnd();
      });
    }
  }

  obey(mode: Exclude<LinkMode, 'cut'>): void {
    for (const direction of this.#directions) direction.obey(mode);
  }

  reset(): void {
    for (const direction of this.#directions) direction.end();
    for (const socket of this.#sockets) {
      if (socket.destroyed) continue;
      // While an end waits to be sent, libuv refuses to reset: the handle would never be closed,
      // and the process waits for it when it ends (uv_tcp_close_reset).
      if (socket.writableEnded && !socket.writableFinished) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}

interface Waiting {
  /** Null: the sender has said that nothing follows. */
  readonly bytes: Buffer | null;
  readonly dueMs: number;
}

const waitingBytesMax = 1_048_576;

class Direction {
  readonly #from: net.Socket;
  readonly #to: net.Socket;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #mode: Exclude<LinkMode, 'cut'> = 'pass';
  #full = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: net.Socket, to: net.Socket) {
    this.#from = from;
    this.#to = to;
    from.on('data', (bytes) => this.#take(bytes));
    from.on('end', () => this.#take(null));
    to.on('drain', () => {
      this.#full = false;
      this.#pump();
    });
  }

  obey(mode: Exclude<LinkMode, 'cut'>): void {
    this.#mode = mode;
    this.#pump();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #take(bytes: Buffer | null): void {
    const delayMs = typeof this.#mode === 'object' ? this.#mode.delayMs : 0;
    this.#waiting.push({ bytes, dueMs: performance.now() + delayMs });
    this.#waitingBytes += bytes?.length ?? 0;
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    while (this.#mode !== 'stall' && !this.#full) {
      const [first] = this.#waiting;
      if (first === undefined) break;
      const restMs = first.dueMs - performance.now();
      if (restMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(restMs));
        break;
      }
      this.#waiting.shift();
      this.#hand(first.bytes);
    }
    const held = this.#mode === 'stall' || this.#waitingBytes > waitingBytesMax;
    if (held) this.#from.pause();
    else this.#from.resume();
  }

  #hand(bytes: Buffer | null): void {
    if (bytes === null) {
      this.#to.end();
      return;
    }
    this.#waitingBytes -= bytes.length;
    if (!this.#to.destroyed) this.#full = !this.#to.write(bytes);
  }
}
