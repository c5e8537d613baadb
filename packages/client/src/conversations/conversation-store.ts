import type { Conversation, Message, ServerEvent } from '@nova/protocol';
import type { Clock } from '../clock.ts';
import type { Link } from '../connection/link.ts';
import { Listeners } from '../listeners.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Requests } from '../requests/requests.ts';
import { ConversationFeed } from './conversation-feed.ts';
import { type ConversationState, type MessagePage, stateOf } from './conversation-state.ts';
import { EarlyMarkers } from './early-markers.ts';
import { listInbox } from './list-inbox.ts';
import { type ConversationContext, LiveConversation } from './live-conversation.ts';
import { Markers } from './markers.ts';
import { findMember } from './members.ts';
import { RecentKeys } from './recent-keys.ts';
import { Repairs } from './repairs.ts';
import { Strangers } from './strangers.ts';
import { TypingWatch } from './typing-watch.ts';

export interface ConversationStoreOptions {
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly keepMessages: number;
  /** Conversations of the inbox that are listed at the start. */
  readonly inboxLimit: number;
  readonly reportDelivered: boolean;
  /** Every event, in order and once. */
  readonly onEvent: (event: ServerEvent) => void;
}

/** All conversations known here: takes what the server says to the one it is about. */
export class ConversationStore {
  readonly #options: ConversationStoreOptions;
  readonly #context: ConversationContext;
  readonly #live = new Map<string, LiveConversation>();
  readonly #strangers = new Strangers();
  readonly #earlyMarkers = new EarlyMarkers();
  readonly #personal = new RecentKeys(500);
  readonly #markers: Markers;
  readonly #typing: TypingWatch;
  readonly #repairs: Repairs;
  readonly #listeners = new Listeners();
  #viewerId = '';
  #listing = false;
  #replays = 0;
  #online = false;

  constructor(options: ConversationStoreOptions) {
    const { requests, clock, outbox, keepMessages } = options;
    this.#options = options;
    this.#markers = new Markers(requests, clock);
    this.#typing = new TypingWatch(clock, (id) => this.#live.get(id)?.changed());
    this.#repairs = new Repairs({
      requests,
      clock,
      needed: (id) => this.#live.get(id)?.feed.incomplete ?? this.#strangers.has(id),
      onRead: (conversation, page) => this.#repaired(conversation, page),
      onGone: (id) => this.#remove(id),
    });
    this.#context = {
      requests,
      outbox,
      clock,
      keepMessages,
      markers: this.#markers,
      typing: this.#typing,
      onChange: () => this.#changed(),
    };
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  states(): readonly ConversationState[] {
    return [...this.#live.values()].map(({ state }) => state);
  }

  get(conversationId: string): LiveConversation | undefined {
    return this.#live.get(conversationId);
  }

  setViewer(userId: string): void {
    this.#viewerId = userId;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    this.#markers.setOnline(online);
    this.#run();
  }

  /** A replay began or ended; during a move two sockets may catch up at once. */
  replay(running: boolean): void {
    this.#replays += running ? 1 : -1;
    this.#run();
  }

  isKnown(conversationId: string, seq: number): boolean {
    const conversation = this.#live.get(conversationId);
    return conversation === undefined || conversation.state.lastSeq >= seq;
  }

  outgoingChanged(conversationId: string): void {
    this.#live.get(conversationId)?.changed();
  }

  close(): void {
    this.#markers.close();
    this.#typing.close();
    this.#repairs.close();
  }

  /** Replaces everything known by what the service lists now. */
  async listAfresh(link: Link): Promise<void> {
    const { requests, inboxLimit } = this.#options;
    this.#listing = true;
    try {
      this.#listed(await listInbox(requests, link, inboxLimit));
    } finally {
      this.#listing = false;
    }
    for (const id of this.#strangers.ids()) this.#introduce(id);
  }

  receive(event: ServerEvent): void {
    if (this.#listing) {
      const id = event.event === 'conversation.created' ? event.data.id : event.conversationId;
      if (id !== undefined) this.#strangers.add(id, event);
      return;
    }
    switch (event.event) {
      case 'typing.started':
        if (event.data.userId !== this.#viewerId) {
          this.#typing.started(event.conversationId ?? '', event.data.userId);
        }
        this.#options.onEvent(event);
        return;
      case 'typing.stopped':
        this.#typing.stopped(event.conversationId ?? '', event.data.userId);
        this.#options.onEvent(event);
        return;
      case 'conversation.created':
        if (this.#isNews(event)) this.#appeared(event.data, event);
        return;
      default:
        if (event.conversationId !== undefined) this.#follow(event.conversationId, event);
    }
  }

  #follow(conversationId: string, event: ServerEvent): void {
    const known = this.#live.get(conversationId);
    if (event.event === 'member.removed' && event.data.userId === this.#viewerId) {
      if (known === undefined || !this.#isNews(event)) return;
      this.#options.onEvent(event);
      this.#remove(conversationId);
    } else if (known !== undefined) {
      known.feed.receive(event);
      this.#settle(known);
    } else if (event.event === 'conversation.snapshot') {
      this.#appeared(event.data.conversation, event);
      this.#live.get(conversationId)?.feed.receive(event);
    } else if (event.pos !== undefined) {
      this.#strangers.add(conversationId, event);
      this.#repairs.watch(conversationId);
    } else if (event.event === 'receipt.updated') {
      this.#earlyMarkers.add(conversationId, event);
    }
  }

  /** A user's own events have no position: they are told apart by their time. */
  #isNews(event: ServerEvent): boolean {
    if (event.pos !== undefined || event.at === undefined) return true;
    const id = event.event === 'conversation.created' ? event.data.id : event.conversationId;
    return this.#personal.add(`${event.event} ${id} ${event.at}`);
  }

  /** The news that a conversation exists; its own events may have come before. */
  #appeared(conversation: Conversation, event: ServerEvent): void {
    const known = this.#live.get(conversation.id);
    if (known !== undefined) {
      if (event.event === 'conversation.created') known.feed.receive(event);
      this.#settle(known);
      return;
    }
    // Its messages up to now may still be replayed: they count as not yet seen.
    const live = this.#add(conversation, 0);
    if (event.event === 'conversation.created') this.#options.onEvent(event);
    this.#introduce(conversation.id);
    this.#settle(live);
  }

  /** Takes a conversation from a reply; what is known of it already is newer. */
  learn(conversation: Conversation): LiveConversation {
    const known = this.#live.get(conversation.id);
    if (known !== undefined) return known;
    const live = this.#add(conversation, conversation.lastPos);
    this.#introduce(conversation.id);
    this.#settle(live);
    return live;
  }

  #add(conversation: Conversation, seenPos: number): LiveConversation {
    const feed = new ConversationFeed(stateOf(conversation, this.#viewerId), seenPos, (event) =>
      this.#applied(conversation.id, event),
    );
    const live = new LiveConversation(feed, this.#context);
    this.#live.set(conversation.id, live);
    return live;
  }

  /** Hands the events that waited for a conversation to it. */
  #introduce(conversationId: string): void {
    for (const event of this.#strangers.take(conversationId)) this.receive(event);
    for (const event of this.#earlyMarkers.take(conversationId)) this.receive(event);
  }

  #listed(listed: ReadonlyMap<string, Conversation>): void {
    for (const [id, live] of this.#live) {
      const conversation = listed.get(id);
      if (conversation !== undefined) {
        live.feed.reset(conversation);
        if (live.isOpen) live.loadNewest().catch(() => {});
      } else {
        this.#remove(id);
      }
    }
    for (const conversation of listed.values()) {
      if (!this.#live.has(conversation.id)) this.#add(conversation, conversation.lastPos);
      const live = this.#live.get(conversation.id);
      if (live !== undefined) this.#settle(live);
    }
  }

  #repaired(conversation: Conversation, page: MessagePage): void {
    const known = this.#live.get(conversation.id);
    const live = known ?? this.#add(conversation, 0);
    live.feed.repair(conversation, page, known === undefined);
    for (const message of page.messages) this.#options.outbox.stored(message);
    this.#introduce(conversation.id);
    this.#settle(live);
  }

  #remove(conversationId: string): void {
    this.#strangers.take(conversationId);
    this.#earlyMarkers.take(conversationId);
    this.#markers.forget(conversationId);
    const live = this.#live.get(conversationId);
    if (live === undefined) return;
    this.#live.delete(conversationId);
    live.markRemoved();
    this.#changed();
  }

  #applied(conversationId: string, event: ServerEvent): void {
    if (event.event === 'message.created') {
      this.#typing.stopped(conversationId, event.data.senderId);
      if (event.data.senderId === this.#viewerId) this.#options.outbox.stored(event.data);
    }
    if (event.event === 'conversation.snapshot') this.#storedAll(event.data.messages);
    this.#options.onEvent(event);
  }

  #storedAll(messages: readonly Message[]): void {
    for (const message of messages) this.#options.outbox.stored(message);
  }

  /** What follows from a change, whatever it was. */
  #settle(live: LiveConversation): void {
    const { feed, id } = live;
    live.trim();
    this.#options.outbox.settle(id, feed.state.lastSeq);
    if (feed.incomplete) this.#repairs.watch(id);
    if (this.#options.reportDelivered) this.#reportDelivered(live);
    live.changed();
  }

  #reportDelivered({ id, state }: LiveConversation): void {
    const own = state.members === null ? undefined : findMember(state.members, this.#viewerId);
    if (own === undefined || (own.lastDeliveredSeq ?? 0) >= state.lastSeq) return;
    this.#markers.delivered(id, state.lastSeq);
  }

  #run(): void {
    this.#repairs.setRunning(this.#online && this.#replays === 0);
  }

  #changed(): void {
    this.#listeners.call();
  }
}
