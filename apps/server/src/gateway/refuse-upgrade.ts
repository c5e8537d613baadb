import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NovaError } from '../errors.ts';
import { problemOf, problemType } from './problem.ts';

/** Answers an upgrade that is not wanted, as plain HTTP, and ends the connection. */
export function refuseUpgrade(socket: Duplex, error: NovaError): void {
  const { status, retryAfterMs } = error;
  const body = JSON.stringify(problemOf(error));
  const retry =
    retryAfterMs === undefined ? '' : `Retry-After: ${Math.ceil(retryAfterMs / 1000)}\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${retry}` +
      `Content-Type: ${problemType}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
