import type { Message } from '@nova/protocol';
import { NovaClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import { Listeners, type Observable } from '../listeners.ts';
import type { Requests } from '../requests/requests.ts';
import type { OutboxStorage, OutgoingMessage } from './outbox-entry.ts';
import { newItem, type OutboxItem } from './outbox-item.ts';
import { Sender } from './sender.ts';

export interface OutboxOptions {
  readonly storage: OutboxStorage;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Messages that may wait at once. */
  readonly limit: number;
  readonly onChange: (conversationId: string) => void;
  /** Whether a message of that number is part of the known conversation, or need not be. */
  readonly isKnown: (conversationId: string, seq: number) => boolean;
}

export interface SendOptions {
  /** A message of the same conversation. */
  readonly replyTo?: string;
  /** The message's id, a UUIDv7; made up when absent. */
  readonly id?: string;
}

/** Messages on their way: stored first, then sent until the service took or refused them. */
export class Outbox implements Observable<readonly OutgoingMessage[]> {
  readonly #options: OutboxOptions;
  readonly #sender: Sender;
  readonly #items = new Map<string, OutboxItem>();
  /** The same by conversation, in order. */
  readonly #byConversation = new Map<string, Map<string, OutboxItem>>();
  readonly #listeners = new Listeners();
  readonly #loaded = Promise.withResolvers<void>();
  readonly #storing = new Set<Promise<void>>();
  /** Written before the storage was read; null from then on. */
  #early: OutboxItem[] | null = [];
  #snapshot: readonly OutgoingMessage[] | null = null;
  #userId: string | null;
  #closed = false;
  #lastOrder = 0;

  constructor(options: OutboxOptions, userId: string | null) {
    this.#options = options;
    this.#userId = userId;
    this.#sender = new Sender({
      requests: options.requests,
      clock: options.clock,
      onState: (item, state) => {
        if (this.#has(item)) this.#show(item, state);
      },
      onAcknowledged: (item, message) => this.#acknowledged(item, message),
      onRefused: (item, error) => this.#refuse(item, error),
    });
  }

  /** Reads what an earlier run left behind; until then nothing is sent. */
  async load(): Promise<void> {
    const stored = await this.#options.storage.load().catch(() => []);
    for (const entry of [...stored].sort((a, b) => a.order - b.order)) {
      this.#lastOrder = Math.max(this.#lastOrder, entry.order);
      // Somebody else's, from a store that should not be shared, stays there for them.
      if (entry.senderId !== null && entry.senderId !== (this.#userId ?? entry.senderId)) continue;
      const item = newItem(entry, true);
      this.#add(item);
      if (entry.failure === null) this.#sender.push(item);
    }
    const early = this.#early ?? [];
    this.#early = null;
    for (const item of early) this.#enqueue(item);
    this.#loaded.resolve();
  }

  /** Resolves when everything sent so far would survive the end of the process. */
  async durable(): Promise<void> {
    await this.#loaded.promise;
    await Promise.all(this.#storing);
  }

  /** Resolves with the stored message; rejects once it was refused for good or discarded. */
  send(conversationId: string, text: string, options: SendOptions = {}): Promise<Message> {
    const { clock, newId, limit } = this.#options;
    if (this.#closed) return rejected('closed', 'the client was closed');
    const waiting = this.#items.size + (this.#early?.length ?? 0);
    if (waiting >= limit) return rejected('outboxFull', `${limit} messages wait already`);
    const item = newItem(
      {
        id: options.id ?? newId(),
        conversationId,
        senderId: this.#userId,
        text,
        replyTo: options.replyTo ?? null,
        order: 0,
        createdAt: new Date(clock.now()).toISOString(),
        failure: null,
      },
      false,
    );
    if (this.#early === null) this.#enqueue(item);
    else {
      this.#early.push(item);
      this.#changed(conversationId);
    }
    return item.acknowledged.promise;
  }

  /** What a view shows of a conversation's messages under way, the oldest first. */
  entries(conversationId: string): readonly OutgoingMessage[] {
    const items = [...(this.#byConversation.get(conversationId)?.values() ?? [])];
    const early = (this.#early ?? []).filter(
      (item) => item.entry.conversationId === conversationId,
    );
    return [...items, ...early].map((item) => item.view);
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Everything under way, in all conversations. */
  getSnapshot(): readonly OutgoingMessage[] {
    this.#snapshot ??= [...this.#items.values(), ...(this.#early ?? [])].map((item) => item.view);
    return this.#snapshot;
  }

  /** Sends a refused message again, with the same id, after what waits already. */
  retry(id: string): void {
    const item = this.#items.get(id);
    if (item?.view.state !== 'failed') return;
    item.entry = { ...item.entry, failure: null };
    item.attempt = 0;
    item.durable = false;
    this.#enqueue(item);
  }

  /** Takes a message back that is not known to have arrived. */
  discard(id: string): void {
    const item = this.#items.get(id);
    if (item === undefined || item.view.state === 'sent') return;
    this.#forget(item);
    item.acknowledged.reject(new NovaClientError('discarded', 'the message was taken back'));
  }

  /** The message is part of the conversation: nothing is left to do. */
  stored(message: Message): void {
    const item = this.#items.get(message.id);
    if (item === undefined || message.senderId !== this.#userId) return;
    this.#forget(item);
    item.acknowledged.resolve(message);
  }

  /** Lets go of the acknowledged messages that the conversation now shows itself. */
  settle(conversationId: string, lastSeq: number): void {
    for (const item of this.#byConversation.get(conversationId)?.values() ?? []) {
      if (item.message !== null && item.message.seq <= lastSeq) this.#forget(item);
    }
  }

  /** The service said who we are; what belongs to somebody else is left to them. */
  setUser(userId: string): void {
    this.#userId = userId;
    for (const item of this.#items.values()) {
      const { senderId } = item.entry;
      if (senderId !== null && senderId !== userId) this.#drop(item);
    }
  }

  setOnline(online: boolean): void {
    this.#sender.setOnline(online && !this.#closed);
  }

  /** What is stored stays stored. */
  close(): void {
    this.#closed = true;
    this.#sender.close();
    const error = new NovaClientError('closed', 'the client was closed');
    for (const item of [...this.#items.values(), ...(this.#early ?? [])]) {
      item.acknowledged.reject(error);
    }
  }

  #has = (item: OutboxItem): boolean => this.#items.get(item.entry.id) === item;

  #add(item: OutboxItem): void {
    const { id, conversationId } = item.entry;
    const siblings = this.#byConversation.get(conversationId) ?? new Map<string, OutboxItem>();
    this.#byConversation.set(conversationId, siblings);
    siblings.set(id, item);
    this.#items.set(id, item);
    this.#changed(conversationId);
  }

  /** Takes its place in the conversation at once; it is sent when it is stored. */
  #enqueue(item: OutboxItem): void {
    this.#lastOrder += 1;
    item.entry = { ...item.entry, order: this.#lastOrder };
    this.#add(item);
    this.#show(item, 'queued');
    this.#sender.push(item);
    const storing = this.#store(item).finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }

  async #store(item: OutboxItem): Promise<void> {
    const { storage } = this.#options;
    try {
      await storage.put(item.entry);
    } catch (error) {
      this.#refuse(item, new NovaClientError('storage', String(error), { cause: error }));
      return;
    }
    if (!this.#has(item)) {
      await storage.remove(item.entry.id).catch(() => {});
      return;
    }
    item.durable = true;
    this.#sender.look(item.entry.conversationId);
  }

  #acknowledged(item: OutboxItem, message: Message): void {
    if (!this.#has(item)) return;
    if (this.#options.isKnown(item.entry.conversationId, message.seq)) {
      this.#forget(item);
    } else {
      item.message = message;
      this.#sender.withdraw(item);
      this.#show(item, 'sent');
      this.#unstore(item);
    }
    item.acknowledged.resolve(message);
  }

  #refuse(item: OutboxItem, error: NovaClientError): void {
    if (this.#closed || !this.#has(item)) return;
    item.entry = { ...item.entry, failure: { code: error.code, message: error.message } };
    this.#sender.withdraw(item);
    this.#show(item, 'failed');
    if (error.code !== 'storage') void this.#options.storage.put(item.entry).catch(() => {});
    item.acknowledged.reject(error);
  }

  #show(item: OutboxItem, state: OutgoingMessage['state']): void {
    item.view = { ...item.view, state, failure: item.entry.failure };
    this.#changed(item.entry.conversationId);
  }

  #forget(item: OutboxItem): void {
    this.#unstore(item);
    this.#drop(item);
  }

  // A message that stays stored by accident is sent again, and answered as the first time.
  #unstore(item: OutboxItem): void {
    void this.#options.storage.remove(item.entry.id).catch(() => {});
  }

  #drop(item: OutboxItem): void {
    const { id, conversationId } = item.entry;
    const siblings = this.#byConversation.get(conversationId);
    siblings?.delete(id);
    if (siblings?.size === 0) this.#byConversation.delete(conversationId);
    this.#items.delete(id);
    this.#sender.withdraw(item);
    this.#changed(conversationId);
  }

  #changed(conversationId: string): void {
    this.#snapshot = null;
    this.#options.onChange(conversationId);
    this.#listeners.call();
  }
}

const rejected = (code: 'closed' | 'outboxFull', message: string): Promise<never> =>
  Promise.reject(new NovaClientError(code, message));
