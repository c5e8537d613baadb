import type { WebSocketConstructor } from '@nova/client';
import { WebSocket } from 'ws';

/** A WebSocket that leaves from this address of the machine; any where it is absent. */
export function webSocketFrom(localAddress: string | undefined): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, localAddress === undefined ? {} : { localAddress });
    }
  };
}
