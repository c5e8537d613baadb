import { operations } from '@nova/protocol';
import { closeCodes, limits } from '@nova/protocol/wire';
import type { WebSocket } from 'ws';
import { decoderOf } from '#dispatch/decode.js';
import { NovaError } from '../errors.ts';
import { FrameError, readFrame } from './read-frame.ts';

export interface FirstFrame {
  readonly id: number;
  readonly token: string;
  readonly deviceId?: string;
}

const decode = decoderOf(operations['session.authenticate']);

/** Sockets that came without a token: their first frame must bring one, within the time allowed. */
export class AwaitedTokens {
  readonly #sockets = new Set<WebSocket>();

  add(webSocket: WebSocket, onToken: (first: FirstFrame) => void): void {
    this.#sockets.add(webSocket);
    const timer = setTimeout(() => refuse(webSocket), limits.authenticateWithinMs);
    const forget = (): void => {
      clearTimeout(timer);
      this.#sockets.delete(webSocket);
      webSocket.off('close', forget);
    };
    webSocket.once('close', forget);
    webSocket.once('message', (bytes: Buffer, binary: boolean) => {
      forget();
      if (binary) {
        webSocket.close(1003, 'frames are JSON text');
        return;
      }
      try {
        onToken(readFirst(bytes.toString('utf8')));
      } catch (error) {
        if (error instanceof FrameError) answer(webSocket, error.id, error.reason);
        refuse(webSocket);
      }
    });
  }

  /** Ends those that are still waited for. */
  close(): void {
    for (const webSocket of this.#sockets) webSocket.terminate();
  }
}

function readFirst(text: string): FirstFrame {
  const { id, type, data } = readFrame(text);
  try {
    if (type !== 'session.authenticate') {
      throw new NovaError('unauthenticated', 'send session.authenticate first');
    }
    return { id, ...(decode(data) as { token: string; deviceId?: string }) };
  } catch (error) {
    throw error instanceof NovaError ? new FrameError(id, error) : error;
  }
}

function refuse(webSocket: WebSocket): void {
  const { code, meaning } = closeCodes.unauthenticated;
  webSocket.close(code, meaning);
}

export function answer(webSocket: WebSocket, reply: number | null, error: NovaError): void {
  webSocket.send(JSON.stringify({ reply, error: error.toObject() }));
}
