import type { Message } from '@nova/protocol';
import type { OutgoingMessage } from '../outbox/outbox-entry.ts';
import type { ConversationState } from './conversation-state.ts';
import { messagesOf } from './timeline.ts';

/** A conversation as a line of the inbox. */
export type ConversationSummary = Omit<
  ConversationState,
  'timeline' | 'hasOlder' | 'stale' | 'viewerId'
>;

/** A conversation as a screen shows it: first `messages`, then `outgoing`; never one in both. */
export interface ConversationView extends ConversationSummary {
  /** What is loaded, ascending by seq without gaps, up to the newest. */
  readonly messages: readonly Message[];
  /** One's own messages on their way, in the order in which they are sent. */
  readonly outgoing: readonly OutgoingMessage[];
  /** Users who are typing. */
  readonly typing: readonly string[];
  /** Older messages than the loaded ones exist: see `loadOlder`. */
  readonly hasOlder: boolean;
  /** The viewer is no longer a member. */
  readonly removed: boolean;
}

export function viewOf(
  state: ConversationState,
  around: Pick<ConversationView, 'outgoing' | 'typing' | 'removed'>,
): ConversationView {
  const { timeline, stale, viewerId, ...rest } = state;
  return { ...rest, ...around, messages: messagesOf(timeline) };
}
