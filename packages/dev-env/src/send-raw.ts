import { connect } from 'node:net';

/** Bytes on a TCP connection of their own; resolves with what came back when it was closed. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const connection = connect(port, '127.0.0.1', () => connection.write(bytes));
    let answer = '';
    connection.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    connection.on('close', () => resolve(answer));
    // A refusal may come while the rest is still being written.
    connection.on('error', () => resolve(answer));
  });
}
