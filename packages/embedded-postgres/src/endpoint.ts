import { once } from 'node:events';
import net from 'node:net';
import type { RunAs } from './run-as.ts';
import { makeSocketDirectory } from './socket-directory.ts';

/** A Unix socket only, or a TCP port on 127.0.0.1 beside it (0: any free one). */
export type Listen = 'socket' | number;

export interface Endpoint {
  readonly socketDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly tcp: boolean;
}

const SOCKET_PORT = 5432;
const LOOPBACK = '127.0.0.1';

export async function chooseEndpoint(
  dataDir: string,
  listen: Listen,
  runAs: RunAs,
): Promise<Endpoint> {
  const tcp = listen !== 'socket';
  const port = tcp ? listen || (await freePort()) : SOCKET_PORT;
  const socketDirectory = makeSocketDirectory(dataDir, port, runAs);
  return { socketDirectory, port, tcp, host: tcp ? LOOPBACK : socketDirectory };
}

/**
 * With a socket, host and user travel in the query: an empty authority with a user in it is a URL
 * to libpq, but not to the URL standard.
 */
export function connectionUrl(endpoint: Endpoint, user: string, database: string): string {
  const { host, port, tcp } = endpoint;
  // `pg` undoes encodeURI here, not encodeURIComponent: `%2F` would stay as it is.
  const name = encodeURI(database).replaceAll('?', '%3F').replaceAll('#', '%23');
  if (tcp) return `postgresql://${user}@${host}:${port}/${name}`;
  return `postgresql:///${name}?host=${encodeURIComponent(host)}&port=${port}&user=${user}`;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
  return address.port;
}
