import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Takes connections and never says a word, as a server that hangs. */
export interface MuteServer extends AsyncDisposable {
  readonly address: string;
  /** Milliseconds that the other side held the first connection it gave up. */
  readonly firstLifeMs: Promise<number>;
}

export async function listenMutely(): Promise<MuteServer> {
  const { promise: firstLifeMs, resolve } = Promise.withResolvers<number>();
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const since = performance.now();
    open.add(socket);
    socket.resume();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open.delete(socket);
      resolve(performance.now() - since);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstLifeMs,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
