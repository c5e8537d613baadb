import { once } from 'node:events';
import net from 'node:net';

/** A way from windows to nodes that can be shut: what a network or a balancer does to sockets. */
export interface Door extends AsyncDisposable {
  readonly origin: string;
  /** Cuts what goes through and lets nothing in. */
  shut(): void;
  open(): void;
}

/** Every connection goes to the first of these nodes that takes it. */
export async function openDoor(origins: readonly string[]): Promise<Door> {
  const ports = origins.map((origin) => Number(new URL(origin).port));
  const through = new Set<net.Socket>();
  let closed = false;
  const keep = (socket: net.Socket): void => {
    through.add(socket);
    socket.on('close', () => through.delete(socket));
    // What one end does to the other end is all that is said of it.
    socket.on('error', () => socket.destroy());
  };
  const cut = (): void => {
    for (const socket of through) socket.destroy();
  };
  const server = net.createServer({ allowHalfOpen: true }, async (inner) => {
    keep(inner);
    if (closed) {
      inner.destroy();
      return;
    }
    const outer = await connectToFirst(ports);
    if (outer === undefined || inner.destroyed) {
      outer?.destroy();
      inner.destroy();
      return;
    }
    keep(outer);
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
    inner.pipe(outer).pipe(inner);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    shut() {
      closed = true;
      cut();
    },
    open() {
      closed = false;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'close');
      server.close();
      cut();
      await ended;
    },
  };
}

async function connectToFirst(ports: readonly number[]): Promise<net.Socket | undefined> {
  for (const port of ports) {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      socket.destroy();
    }
  }
  return undefined;
}
