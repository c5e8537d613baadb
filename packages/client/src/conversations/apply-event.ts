import type { Conversation, Message, ServerEvent } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { addPage, type ConversationState, stateOf } from './conversation-state.ts';
import { keepMarkers, ownJoinedAt } from './keep-markers.ts';
import { dropMember, findMember, putMember } from './members.ts';
import { addReaction, removeReaction, withReactions } from './reactions.ts';
import {
  append,
  find,
  firstSeq,
  lastSeq as lastLoadedSeq,
  replace,
  type Timeline,
} from './timeline.ts';
import { countCreated, countDeleted, withMarkers } from './unread.ts';

/**
 * The state after an event; the same object where it changes nothing. Events are applied in the
 * order of `pos`: one that is contained already at most completes the loaded messages, one past a
 * gap changes nothing. Whatever the mixture of replay, snapshot and live events, the same facts
 * make the same state.
 */
export function applyEvent(state: ConversationState, event: ServerEvent): ConversationState {
  switch (event.event) {
    case 'conversation.snapshot':
      return applySnapshot(state, event.data);
    case 'conversation.created':
      return applyAppeared(state, event.data);
    case 'receipt.updated': {
      const { userId, lastReadSeq, lastDeliveredSeq } = event.data;
      return withMarkers(state, userId, lastReadSeq, lastDeliveredSeq);
    }
    default:
      return event.pos === undefined ? state : applyDurable(state, event, event.pos);
  }
}

function applySnapshot(
  state: ConversationState,
  { conversation, messages }: Extract<ServerEvent, { event: 'conversation.snapshot' }>['data'],
): ConversationState {
  if (conversation.lastPos < state.lastPos) return state;
  const hasBefore = (messages[0]?.seq ?? 1) > 1;
  const page = { messages, pos: conversation.lastPos, hasBefore };
  return keepMarkers(addPage(stateOf(conversation, state.viewerId), page), state);
}

/**
 * A replay may begin before a conversation that is known already: what happened in it since then
 * follows by its own events. Who was away in between begins anew.
 */
function applyAppeared(state: ConversationState, conversation: Conversation): ConversationState {
  if (conversation.lastPos <= state.lastPos) return state;
  const fresh = stateOf(conversation, state.viewerId);
  const joinedAt = ownJoinedAt(fresh);
  return joinedAt !== undefined && joinedAt === ownJoinedAt(state)
    ? state
    : keepMarkers(fresh, state);
}

function applyDurable(state: ConversationState, event: ServerEvent, pos: number) {
  if (pos > state.lastPos + 1) return state;
  const timeline = applyToTimeline(state.timeline, event, pos);
  if (pos <= state.lastPos) return timeline === state.timeline ? state : { ...state, timeline };
  const first = firstSeq(timeline);
  const hasOlder = first === firstSeq(state.timeline) ? state.hasOlder : first > 1;
  const updatedAt = event.at ?? state.updatedAt;
  return applyChange({ ...state, timeline, hasOlder, updatedAt, lastPos: pos }, event);
}

/**
 * Takes the reply to one's own edit or deletion into the loaded messages at once. Both only ever
 * lead forward, so that the event which follows changes nothing more.
 */
export function learnReply(state: ConversationState, message: Message): ConversationState {
  const entry = find(state.timeline, message.seq);
  if (entry === undefined || entry.message.deletedAt !== undefined) return state;
  if (message.deletedAt === undefined && message.version <= entry.message.version) return state;
  const reactions = message.deletedAt === undefined ? entry.message.reactions : undefined;
  const learned = { ...entry, message: withReactions(message, reactions) };
  return { ...state, timeline: replace(state.timeline, learned) };
}

/** What an event means for the messages that are loaded; they know up to where they are current. */
export function applyToTimeline(timeline: Timeline, event: ServerEvent, pos: number): Timeline {
  switch (event.event) {
    case 'message.created':
      return addCreated(timeline, event.data, pos);
    case 'message.edited':
      return change(timeline, event.data.seq, pos, (message) =>
        // Events carry messages as they are now; reactions come and go by their own events.
        event.data.version < message.version
          ? message
          : withReactions(event.data, message.reactions),
      );
    case 'message.deleted':
      return applyDeleted(timeline, event.data, pos);
    case 'reaction.added': {
      const { seq, userId, emoji } = event.data;
      return change(timeline, seq, pos, (message) => addReaction(message, userId, emoji));
    }
    case 'reaction.removed': {
      const { seq, userId, emoji } = event.data;
      return change(timeline, seq, pos, (message) => removeReaction(message, userId, emoji));
    }
    default:
      return timeline;
  }
}

function addCreated(timeline: Timeline, message: Message, pos: number): Timeline {
  const end = lastLoadedSeq(timeline);
  if (message.seq <= end) return timeline;
  const entry = { message: withReactions(message, undefined), pos, deletionCounted: false };
  // A run with a hole would hide messages: it begins anew with the newest.
  const joins = timeline.size === 0 || message.seq === end + 1;
  return append(joins ? timeline : { chunks: [], size: 0 }, entry);
}

function applyDeleted(timeline: Timeline, deleted: Message, pos: number): Timeline {
  const entry = find(timeline, deleted.seq);
  if (entry === undefined) return timeline;
  const message = withReactions(deleted, undefined);
  return replace(timeline, { message, pos: Math.max(entry.pos, pos), deletionCounted: true });
}

function change(
  timeline: Timeline,
  seq: number,
  pos: number,
  apply: (message: Message) => Message,
): Timeline {
  const entry = find(timeline, seq);
  if (entry === undefined || entry.pos >= pos) return timeline;
  return replace(timeline, { ...entry, pos, message: apply(entry.message) });
}

/** What the next event in order means for everything but the loaded messages. */
function applyChange(state: ConversationState, event: ServerEvent): ConversationState {
  switch (event.event) {
    case 'message.created': {
      const { seq, senderId } = event.data;
      const unreadCount = countCreated(state, seq);
      const isNewest = seq >= state.lastSeq;
      const lastMessage = isNewest ? withReactions(event.data, undefined) : state.lastMessage;
      const lastSeq = Math.max(seq, state.lastSeq);
      return withMarkers({ ...state, lastSeq, unreadCount, lastMessage }, senderId, seq, seq);
    }
    case 'message.edited':
      return { ...state, lastMessage: newer(state.lastMessage, event.data) };
    case 'message.deleted': {
      const unreadCount = countDeleted(state, event.data.seq);
      return { ...state, unreadCount, lastMessage: newer(state.lastMessage, event.data) };
    }
    case 'conversation.updated':
      return { ...state, title: event.data.title, avatarUrl: event.data.avatarUrl };
    default:
      return applyMembership(state, event);
  }
}

const newer = (known: Message | null, message: Message): Message | null =>
  known?.id === message.id ? withReactions(message, undefined) : known;

function applyMembership(state: ConversationState, event: ServerEvent): ConversationState {
  const { members, viewerId } = state;
  switch (event.event) {
    case 'member.added': {
      const { member, memberCount } = event.data;
      if (memberCount > limits.smallConversationMembers || members === null) {
        return { ...state, memberCount, members: null };
      }
      return { ...state, memberCount, members: putMember(members, member) };
    }
    case 'member.removed': {
      const { userId, memberCount } = event.data;
      // Few enough to be named again, but nobody told their names.
      const stale =
        state.stale || (members === null && memberCount <= limits.smallConversationMembers);
      return {
        ...state,
        memberCount,
        stale,
        members: members === null ? null : dropMember(members, userId),
      };
    }
    case 'member.roleChanged': {
      const { userId, role } = event.data;
      const member = members === null ? undefined : findMember(members, userId);
      return {
        ...state,
        role: userId === viewerId ? role : state.role,
        members:
          members === null || member === undefined
            ? members
            : putMember(members, { ...member, role }),
      };
    }
    default:
      return state;
  }
}
