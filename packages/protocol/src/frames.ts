import type { ErrorObject } from './errors.ts';

/** The WebSocket subprotocol (RFC 6455 §1.9) of this contract. */
export const subprotocol = 'nova.v1';
/** Prefix of the subprotocol entry in which browsers pass their token. */
export const bearerSubprotocolPrefix = 'bearer.';

export interface RequestFrame {
  /** Chosen by the client, unique among its requests under way on this socket. */
  readonly id: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type ReplyFrame =
  | { readonly reply: number; readonly data: unknown }
  | { readonly reply: number | null; readonly error: ErrorObject };

/**
 * Durable events carry `conversationId` and `pos`; a user's own (a conversation appeared, was
 * left) carry no `pos`; ephemeral and control events have neither place nor promise.
 */
export interface EventFrame {
  readonly event: string;
  readonly conversationId?: string;
  readonly pos?: number;
  readonly at?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type ServerFrame = ReplyFrame | EventFrame;
