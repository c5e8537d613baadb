import http from 'node:http';
import type net from 'node:net';

/** What a peer tells the harness once it can be used. */
export interface Announcement {
  readonly port: number;
  /** Where the peer's own process only starts the one that serves. */
  readonly servicePid?: number;
}

/** Listens on a free port, tells the harness which, and ends in order when asked to. */
export async function serve(server: http.Server, close: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));
  announce({ port: (server.address() as net.AddressInfo).port }, close);
}

/** The same for what listens already. */
export function announce(announcement: Announcement, close: () => Promise<void>): void {
  process.send?.(announcement);
  const end = () => {
    void close().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('disconnect', end);
}

export function newServer(): http.Server {
  return http.createServer((_, answer) => answer.writeHead(404).end());
}
