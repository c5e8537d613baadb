import type { Conversation, Message, ServerEvent } from '@nova/protocol';
import { applyEvent, applyToTimeline, learnReply } from './apply-event.ts';
import {
  addPage,
  type ConversationState,
  entriesOf,
  type MessagePage,
  stateOf,
} from './conversation-state.ts';
import { keepMarkers } from './keep-markers.ts';
import { emptyTimeline, entries, keepNewest, mergePage } from './timeline.ts';
import { withMarkers } from './unread.ts';

/** So many events may wait for the one before them; past it the conversation is read again. */
const maxHeld = 1_000;

/**
 * Puts the events of one conversation in order and each of them in effect once. What comes ahead
 * of its turn is held until the gap closes or the conversation is read again.
 */
export class ConversationFeed {
  #state: ConversationState;
  /** Newest position handed on to listeners; behind `lastPos` where a snapshot went ahead. */
  #seenPos: number;
  readonly #held = new Map<number, ServerEvent>();
  #overflowed = false;
  /** Events since a page was asked for: the page may be older than they are. */
  #recorded: ServerEvent[] | null = null;
  #loads = 0;
  readonly #onApplied: (event: ServerEvent) => void;

  constructor(state: ConversationState, seenPos: number, onApplied: (event: ServerEvent) => void) {
    this.#state = state;
    this.#seenPos = seenPos;
    this.#onApplied = onApplied;
  }

  get state(): ConversationState {
    return this.#state;
  }

  /** Something is missing that will not come by itself for long. */
  get incomplete(): boolean {
    return this.#held.size > 0 || this.#overflowed || this.#state.stale;
  }

  receive(event: ServerEvent): void {
    const { pos } = event;
    if (pos === undefined) {
      this.#state = applyEvent(this.#state, event);
      this.#seenPos = Math.max(this.#seenPos, this.#snapshotPos(event));
      this.#onApplied(event);
      this.#drain();
      return;
    }
    if (pos <= this.#seenPos) return;
    if (pos > this.#state.lastPos + 1) {
      this.#hold(event, pos);
      return;
    }
    this.#take(event, pos);
    this.#drain();
  }

  /** Forgets everything for what was read afresh. */
  reset(conversation: Conversation): void {
    this.#held.clear();
    this.#overflowed = false;
    this.#state = stateOf(conversation, this.#state.viewerId);
    this.#seenPos = conversation.lastPos;
  }

  /**
   * Takes a conversation and its newest page, read in this order, in place of what is missing. The
   * page ends where the conversation did: what came in between is told by its own event.
   * Listeners are told in one event. What is known to be newer stays.
   */
  repair(conversation: Conversation, page: MessagePage, isNew = false): void {
    const known = this.#state;
    if (conversation.lastPos < known.lastPos) return;
    const { messages } = page;
    this.#overflowed = false;
    this.#state = keepMarkers(addPage(stateOf(conversation, known.viewerId), page), known);
    if (isNew || conversation.lastPos > known.lastPos) {
      this.#onApplied({
        event: 'conversation.snapshot',
        conversationId: conversation.id,
        data: { conversation, messages: [...messages] },
      });
    }
    this.#seenPos = Math.max(this.#seenPos, conversation.lastPos);
    this.#drain();
  }

  /** Reads a page while events go on. */
  async load(load: () => Promise<MessagePage>): Promise<MessagePage> {
    this.#loads += 1;
    this.#recorded ??= [];
    try {
      const page = await load();
      this.#addPage(page, this.#recorded);
      return page;
    } finally {
      this.#loads -= 1;
      if (this.#loads === 0) this.#recorded = null;
    }
  }

  learnReply(message: Message): void {
    this.#state = learnReply(this.#state, message);
  }

  moveOwnMarker(seq: number): void {
    this.#state = withMarkers(this.#state, this.#state.viewerId, seq, seq);
  }

  keepNewest(count: number): void {
    const timeline = keepNewest(this.#state.timeline, count);
    if (timeline === this.#state.timeline) return;
    this.#state = { ...this.#state, timeline, hasOlder: true };
  }

  #addPage(page: MessagePage, since: readonly ServerEvent[]): void {
    // Events that came while the page was on its way may be newer than it.
    let loaded = mergePage(emptyTimeline, entriesOf(page, this.#state));
    for (const event of since) {
      if (event.pos !== undefined && event.pos > page.pos && event.event !== 'message.created') {
        loaded = applyToTimeline(loaded, event, event.pos);
      }
    }
    this.#state = addPage(this.#state, page, [...entries(loaded)]);
  }

  #snapshotPos(event: ServerEvent): number {
    if (event.event === 'conversation.snapshot') return event.data.conversation.lastPos;
    return 0;
  }

  #hold(event: ServerEvent, pos: number): void {
    if (this.#held.size >= maxHeld) {
      this.#held.clear();
      this.#overflowed = true;
      return;
    }
    this.#held.set(pos, event);
  }

  #take(event: ServerEvent, pos: number): void {
    this.#state = applyEvent(this.#state, event);
    this.#seenPos = pos;
    this.#recorded?.push(event);
    this.#onApplied(event);
  }

  #drain(): void {
    if (this.#held.size === 0) return;
    for (let pos = this.#state.lastPos + 1; ; pos += 1) {
      const event = this.#held.get(pos);
      if (event === undefined) break;
      this.#held.delete(pos);
      this.#take(event, pos);
    }
    for (const pos of this.#held.keys()) {
      if (pos <= this.#state.lastPos) this.#held.delete(pos);
    }
  }
}
