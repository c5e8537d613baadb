import type { Conversation, ConversationKind, Message, Role } from '@nova/protocol';
import { type Members, sortMembers } from './members.ts';
import { withReactions } from './reactions.ts';
import { type Entry, emptyTimeline, mergePage, type Timeline } from './timeline.ts';

/** What a client knows of a conversation: a pure function of what the server said. */
export interface ConversationState {
  readonly id: string;
  readonly viewerId: string;
  readonly kind: ConversationKind;
  readonly title: string | null;
  readonly avatarUrl: string | null;
  readonly role: Role;
  /** Null while the conversation has too many members to name them. */
  readonly members: Members | null;
  readonly memberCount: number;
  readonly lastSeq: number;
  /** Changes up to this one are contained here. */
  readonly lastPos: number;
  readonly lastReadSeq: number;
  readonly unreadCount: number;
  readonly mentionCount: number;
  /** Without its reactions. */
  readonly lastMessage: Message | null;
  readonly mutedUntil: string | null;
  readonly pinnedAt: string | null;
  readonly archivedAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly timeline: Timeline;
  /** Older messages than the loaded ones exist. */
  readonly hasOlder: boolean;
  /** Something cannot be told from what is loaded: the conversation must be read again. */
  readonly stale: boolean;
}

export function stateOf(conversation: Conversation, viewerId: string): ConversationState {
  const { members, title, avatarUrl, lastMessage, ...rest } = conversation;
  return {
    ...rest,
    viewerId,
    title: title ?? null,
    avatarUrl: avatarUrl ?? null,
    members: members === undefined ? null : sortMembers(members),
    lastMessage: lastMessage === undefined ? null : withReactions(lastMessage, undefined),
    mutedUntil: rest.mutedUntil ?? null,
    pinnedAt: rest.pinnedAt ?? null,
    archivedAt: rest.archivedAt ?? null,
    timeline: emptyTimeline,
    hasOlder: conversation.lastSeq > 0,
    stale: false,
  };
}

export interface MessagePage {
  readonly messages: readonly Message[];
  readonly pos: number;
  readonly hasBefore: boolean;
}

/** The messages of a page as entries of a timeline. */
export function entriesOf(page: MessagePage, state: ConversationState): readonly Entry[] {
  // Read ahead of the events: whether the count has seen these deletions cannot be told.
  const settled = page.pos <= state.lastPos;
  return page.messages.map((message) => ({
    message,
    pos: page.pos,
    deletionCounted: settled && message.deletedAt !== undefined,
  }));
}

/** Adds a page of history; `entries` are its messages where later events changed them already. */
export function addPage(
  state: ConversationState,
  page: MessagePage,
  entries = entriesOf(page, state),
): ConversationState {
  const timeline = mergePage(state.timeline, entries);
  const oldest = timeline.chunks[0]?.[0];
  const reachesBack = oldest === undefined || oldest.message.seq === entries[0]?.message.seq;
  return { ...state, timeline, hasOlder: reachesBack ? page.hasBefore : state.hasOlder };
}
