import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly server: Server;
  readonly port: number;
  /** From now on requests are answered by this; before, every one gets 503. */
  answerWith(listener: RequestListener): void;
}

/** Listens before anything else is ready, so that a probe hears `starting` instead of nothing. */
export async function listen(host: string, port: number): Promise<Listening> {
  let answer: RequestListener = (_request, response) => {
    response.writeHead(503, { 'Content-Type': 'application/json', 'Retry-After': '1' });
    response.end('{"status":"starting"}');
  };
  const server = createServer({ noDelay: true }, (request, response) => answer(request, response));
  server.on('upgrade', (_request, socket) => {
    if (server.listenerCount('upgrade') === 1) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4_096 }, resolve);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    answerWith: (listener) => {
      answer = listener;
    },
  };
}
