import { createServer, type RequestListener, type Server } from 'node:http';
import net, { type AddressInfo, type ListenOptions } from 'node:net';

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** From now on requests are answered by this; before, every one gets 503. */
  answerWith(listener: RequestListener): void;
  /** Listens no longer; resolves when every connection has ended, HTTP requests at once. */
  close(): Promise<void>;
}

/**
 * Sockets that listen on the port, where the system can share it among them. Of each the event loop
 * accepts one connection a turn (libuv since 1.45), so that with a single one a crowd that comes back
 * waits for as many turns, each as long as everything else that happens in it.
 */
const listeners = 32;
const backlog = 4_096;
/** As `http.Server` opens its own. */
const connectionOptions = { noDelay: true, allowHalfOpen: true };

/**
 * Listens before anything else is ready, so that a probe hears `starting` instead of nothing. Throws
 * `EADDRINUSE` where the port is another's, `EACCES`, `EADDRNOTAVAIL` and what else a system says.
 */
export async function listen(host: string, port: number): Promise<Listening> {
  let answer: RequestListener = (_request, response) => {
    response.writeHead(503, { 'Content-Type': 'application/json', 'Retry-After': '1' });
    response.end('{"status":"starting"}');
  };
  const server = createServer({ noDelay: true }, (request, response) => answer(request, response));
  server.on('upgrade', (_request, socket) => {
    if (server.listenerCount('upgrade') === 1) socket.destroy();
  });
  const opened: net.Server[] = [server];
  try {
    const shared = await open(server, host, port);
    const address = { host, port: (server.address() as AddressInfo).port, backlog };
    while (shared && opened.length < listeners) {
      const further = net.createServer(connectionOptions, (socket) => {
        server.emit('connection', socket);
      });
      opened.push(further);
      await begin(further, { ...address, reusePort: true });
    }
    return {
      server,
      port: address.port,
      answerWith: (listener) => {
        answer = listener;
      },
      close: () => closeAll(server, opened),
    };
  } catch (error) {
    await closeAll(server, opened);
    throw error;
  }
}

/** Resolves with whether further sockets may listen on the same port. */
async function open(server: Server, host: string, port: number): Promise<boolean> {
  if (port !== 0) {
    // A port that can be shared would be shared with another service of ours, too.
    const claim = net.createServer();
    await begin(claim, { host, port });
    await closed(claim);
  }
  try {
    await begin(server, { host, port, backlog, reusePort: true });
    return true;
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    await begin(server, { host, port, backlog });
    return false;
  }
}

const isUnsupported = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOTSUP', 'EOPNOTSUPP', 'ENOPROTOOPT', 'EINVAL'].includes(String(error.code));

function begin(server: net.Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeAll(server: Server, opened: readonly net.Server[]): Promise<void> {
  const ended = opened.filter(({ listening }) => listening).map(closed);
  server.closeAllConnections();
  await Promise.all(ended);
}

const closed = (server: net.Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });
