/** The part of the WebSocket interface that the SDK uses; browsers, Node and `ws` all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** The address of the socket below the service's address, `https://…` or `wss://…` alike. */
export function socketAddress(url: string, deviceId: string): string {
  const address = new URL(url);
  if (address.protocol === 'http:') address.protocol = 'ws:';
  if (address.protocol === 'https:') address.protocol = 'wss:';
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/ws`;
  address.searchParams.set('deviceId', deviceId);
  return address.href;
}
