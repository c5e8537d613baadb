export type {
  CallEnd,
  CallPhase,
  Calls,
  CallsOptions,
  CallsView,
  IncomingCall,
  LiveCall,
  LiveCallView,
  MediaChoice,
  PeerView,
  RingEnd,
  SelfView,
  StartOptions,
} from './calls/calls-api.ts';
export { createCalls } from './calls/create-calls.ts';
export type { Quality } from './calls/quality.ts';
export { type ClientErrorCode, NovaClientError } from './client-error.ts';
export { type Clock, systemClock } from './clock.ts';
export type { LossReason, Phase } from './connection/connection-state.ts';
export type { ConnectionStatus } from './connection/connection-status.ts';
export { browserNetwork, type NetworkWatch } from './connection/network-watch.ts';
export type { WebSocketConstructor, WebSocketLike } from './connection/socket.ts';
export type { TokenSource } from './connection/token-source.ts';
export { applyEvent } from './conversations/apply-event.ts';
export {
  addPage,
  type ConversationState,
  type MessagePage,
  stateOf,
} from './conversations/conversation-state.ts';
export type { ConversationSummary, ConversationView } from './conversations/conversation-view.ts';
export type { Conversations } from './conversations/conversations.ts';
export type { LiveConversation } from './conversations/live-conversation.ts';
export { type ConversationFacts, snapshotOf } from './conversations/snapshot-of.ts';
export type { Observable } from './listeners.ts';
export { createNovaClient, type NovaClient } from './nova-client.ts';
export type { NovaClientOptions } from './options.ts';
export { indexedDbStorage } from './outbox/indexed-db-storage.ts';
export { memoryStorage } from './outbox/memory-storage.ts';
export type { Outbox, SendOptions } from './outbox/outbox.ts';
export type {
  OutboxEntry,
  OutboxStorage,
  OutgoingFailure,
  OutgoingMessage,
  OutgoingState,
} from './outbox/outbox-entry.ts';
export type { PresenceBook, PresenceView } from './presence/presence-book.ts';
export type { Input, Output, RequestOptions } from './requests/requests.ts';
export { createUuidV7 } from './uuid-v7.ts';
