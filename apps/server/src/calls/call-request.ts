/** What is asked of the writer of calls. */
import type { KeyedRequest } from '#idempotency/first-replies.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import type { Outcome } from './acts.ts';
import type { CallFacts } from './call-facts.ts';

/** What an act is judged on: read under the lock of the conversation. */
export interface Present {
  readonly conversation: HeldConversation;
  readonly call: CallFacts | undefined;
  readonly nowMs: number;
  /** Whether one of the two of a direct conversation blocked the other; asked for starts only. */
  readonly blocked: boolean;
  /** Whether somebody whom the act concerns has a leg in another call. */
  readonly isElsewhere: (userId: string) => boolean;
}

/** Of the call, or of whichever is live in the conversation. */
export type About = { readonly callId: string } | { readonly conversationId: string };

export type CallAnswer =
  | { readonly kind: 'changed'; readonly before: CallFacts | undefined; readonly after: CallFacts }
  /** The reply that was given to the same idempotency key. */
  | { readonly kind: 'repeated'; readonly packed: unknown }
  /** Somebody else holds the conversation; only where that was not to be waited for. */
  | { readonly kind: 'held' };

export interface CallRequest {
  readonly about: About;
  /** Who acts and must be a member; null for what time and lost sockets do. */
  readonly userId: string | null;
  readonly wait: boolean;
  readonly keyed?: {
    readonly request: KeyedRequest;
    readonly replyTo: (call: CallFacts) => unknown;
  };
  /** Judges; throws a refusal. May be called more than once. */
  readonly judge: (present: Present) => Outcome;
  readonly settle: (answer: CallAnswer | Error) => void;
}

export const aboutKey = ({ about }: CallRequest): string =>
  'callId' in about ? about.callId : about.conversationId;
