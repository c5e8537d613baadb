import type { Member, Message, Role } from '@nova/protocol';
import type { Clock } from '../clock.ts';
import { Listeners, type Observable } from '../listeners.ts';
import type { Outbox, SendOptions } from '../outbox/outbox.ts';
import type { Requests } from '../requests/requests.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import type { ConversationState } from './conversation-state.ts';
import { type ConversationView, viewOf } from './conversation-view.ts';
import type { Markers } from './markers.ts';
import type { TypingWatch } from './typing-watch.ts';

/** What the conversations of one client share. */
export interface ConversationContext {
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly markers: Markers;
  readonly typing: TypingWatch;
  readonly clock: Clock;
  /** Messages kept of a conversation that nobody has open. */
  readonly keepMessages: number;
  readonly onChange: (conversation: LiveConversation) => void;
}

const pageSize = 50;
const renewTypingMs = 4_000;
const neverMs = Number.NEGATIVE_INFINITY;

/** A conversation that follows the server: what it is now, and what one can do in it. */
export class LiveConversation implements Observable<ConversationView> {
  readonly id: string;
  /** For the store of conversations alone. */
  readonly feed: ConversationFeed;
  readonly #context: ConversationContext;
  readonly #listeners = new Listeners();
  #view: ConversationView | null = null;
  #open = 0;
  #removed = false;
  #typingSentMs = neverMs;
  #loadingOlder: Promise<void> | null = null;

  constructor(feed: ConversationFeed, context: ConversationContext) {
    this.id = feed.state.id;
    this.feed = feed;
    this.#context = context;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  getSnapshot(): ConversationView {
    const { typing, outbox } = this.#context;
    this.#view ??= viewOf(this.feed.state, {
      outgoing: outbox.entries(this.id),
      typing: typing.users(this.id),
      removed: this.#removed,
    });
    return this.#view;
  }

  /** The pure state, for those who compare or apply events themselves. */
  get state(): ConversationState {
    return this.feed.state;
  }

  get isOpen(): boolean {
    return this.#open > 0;
  }

  /**
   * Loads the newest messages and keeps all that is loaded from now on, until the returned
   * function is called: then only the newest are kept.
   */
  async open(): Promise<() => void> {
    this.#open += 1;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      this.#open -= 1;
      this.trim();
      this.changed();
    };
    try {
      await this.loadNewest();
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** Makes sure that the newest page is there. */
  async loadNewest(): Promise<void> {
    const { timeline, lastSeq } = this.feed.state;
    const newest = timeline.chunks.at(-1)?.at(-1)?.message.seq ?? 0;
    if (newest >= lastSeq && (timeline.size >= pageSize || !this.feed.state.hasOlder)) return;
    await this.#load({});
  }

  /** Adds the page before the oldest loaded message; false when there is none. */
  async loadOlder(): Promise<boolean> {
    const oldest = this.feed.state.timeline.chunks[0]?.[0]?.message.seq;
    if (oldest === undefined) await this.loadNewest();
    else if (this.feed.state.hasOlder) {
      this.#loadingOlder ??= this.#load({ before: oldest }).finally(() => {
        this.#loadingOlder = null;
      });
      await this.#loadingOlder;
    } else return false;
    return true;
  }

  /**
   * Puts a message into the outbox, from where it goes out now or when there is a connection.
   * Resolves with the stored message; it need not be waited for.
   */
  send(text: string, options: SendOptions = {}): Promise<Message> {
    this.#typingSentMs = neverMs;
    return this.#context.outbox.send(this.id, text, options);
  }

  /** `version`: the one the edit is based on; another one rejects with `versionConflict`. */
  async edit(messageId: string, text: string, version?: number): Promise<Message> {
    const based = version === undefined ? {} : { version };
    const input = { conversationId: this.id, messageId, text, ...based };
    return this.#learn(await this.#context.requests.request('message.edit', input));
  }

  /** Deletes a message for everybody. */
  async delete(messageId: string): Promise<Message> {
    const input = { conversationId: this.id, messageId };
    return this.#learn(await this.#context.requests.request('message.delete', input));
  }

  react(messageId: string, emoji: string): Promise<Message> {
    const input = { conversationId: this.id, messageId, emoji };
    return this.#context.requests.request('message.react', input);
  }

  unreact(messageId: string, emoji: string): Promise<Message> {
    const input = { conversationId: this.id, messageId, emoji };
    return this.#context.requests.request('message.unreact', input);
  }

  /** Read up to a message, or everything. Shown at once, told to the service until it heard it. */
  markRead(seq: number = this.feed.state.lastSeq): void {
    const readSeq = Math.min(seq, this.feed.state.lastSeq);
    if (readSeq <= this.feed.state.lastReadSeq) return;
    this.feed.moveOwnMarker(readSeq);
    this.#context.markers.read(this.id, readSeq);
    this.changed();
  }

  /** Call it at every keystroke: the others are told every four seconds. */
  typing(): void {
    const nowMs = this.#context.clock.now();
    if (nowMs - this.#typingSentMs < renewTypingMs) return;
    this.#typingSentMs = nowMs;
    this.#tell('typing.start');
  }

  stopTyping(): void {
    if (this.#typingSentMs === neverMs) return;
    this.#typingSentMs = neverMs;
    this.#tell('typing.stop');
  }

  async update(change: { title?: string | null; avatarUrl?: string | null }): Promise<void> {
    const input = { conversationId: this.id, ...change };
    await this.#context.requests.request('conversation.update', input);
  }

  async addMembers(userIds: readonly string[]): Promise<readonly Member[]> {
    const input = { conversationId: this.id, userIds: [...userIds] };
    return (await this.#context.requests.request('member.add', input)).added;
  }

  async removeMember(userId: string): Promise<void> {
    await this.#context.requests.request('member.remove', { conversationId: this.id, userId });
  }

  async setRole(userId: string, role: Role): Promise<void> {
    await this.#context.requests.request('member.setRole', {
      conversationId: this.id,
      userId,
      role,
    });
  }

  async leave(): Promise<void> {
    await this.#context.requests.request('conversation.leave', { conversationId: this.id });
  }

  /** The state, the outbox or the typing changed. */
  changed(): void {
    this.#view = null;
    this.#context.onChange(this);
    this.#listeners.call();
  }

  markRemoved(): void {
    this.#removed = true;
    this.changed();
  }

  trim(): void {
    if (this.#open === 0) this.feed.keepNewest(this.#context.keepMessages);
  }

  async #load(where: { before?: number }): Promise<void> {
    const input = { conversationId: this.id, limit: pageSize, ...where };
    const page = await this.feed.load(() => this.#context.requests.request('message.list', input));
    for (const message of page.messages) this.#context.outbox.stored(message);
    this.changed();
  }

  #learn(message: Message): Message {
    this.feed.learnReply(message);
    this.changed();
    return message;
  }

  // Not worth waiting for a connection, nor an error.
  #tell(name: 'typing.start' | 'typing.stop'): void {
    const input = { conversationId: this.id };
    this.#context.requests.request(name, input, { timeoutMs: 2_000 }).catch(() => {});
  }
}
