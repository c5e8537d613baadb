import type { Clock } from './clock.ts';
import type { NetworkWatch } from './connection/network-watch.ts';
import type { WebSocketConstructor } from './connection/socket.ts';
import type { TokenSource } from './connection/token-source.ts';
import type { OutboxStorage } from './outbox/outbox-entry.ts';

export interface NovaClientOptions {
  /** Address of the service, `https://…`; a path stays in front of `/ws`. */
  readonly url: string;
  /**
   * A token, or a function that gets one. Only with a function can the client go on when a token
   * ends. Let it throw a `NovaClientError('unauthenticated', …)` when the user must log in again;
   * any other error is tried again.
   */
  readonly token: TokenSource;
  /** The user of the token, when known: messages can be written before the first connection. */
  readonly userId?: string;
  /**
   * A UUID for this very client; one made for each client when absent. Two clients with the same
   * one replace each other, so two tabs must not share it.
   */
  readonly deviceId?: string;
  /** Where unsent messages survive; in memory when absent. */
  readonly storage?: OutboxStorage;
  /** The WebSocket to use where the global one is not wanted. */
  readonly webSocket?: WebSocketConstructor;
  readonly clock?: Clock;
  readonly network?: NetworkWatch;
  /** Conversations of the inbox listed at the start; 1,000 when absent. */
  readonly inboxLimit?: number;
  /** Messages kept of each conversation that is not open; 200 when absent. */
  readonly keepMessages?: number;
  /** Messages that may wait to be sent; 10,000 when absent. */
  readonly outboxLimit?: number;
  /** Tell the service what reached this device; true when absent. */
  readonly reportDelivered?: boolean;
}
