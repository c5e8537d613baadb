import http from 'node:http';
import type net from 'node:net';

/** Listens on a free port, tells the harness which, and ends in order when asked to. */
export async function serve(server: http.Server, close: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
  process.send?.({ port: (server.address() as net.AddressInfo).port });
  const end = () => {
    void close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('disconnect', end);
}

export function newServer(): http.Server {
  return http.createServer((_, answer) => answer.writeHead(404).end());
}
