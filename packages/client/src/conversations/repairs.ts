import type { Conversation } from '@nova/protocol';
import { toClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import type { Requests } from '../requests/requests.ts';
import { type Soonest, soonest } from '../soonest.ts';
import type { MessagePage } from './conversation-state.ts';

export interface RepairsOptions {
  readonly requests: Requests;
  readonly clock: Clock;
  /** Whether the conversation is still worth reading: the gap may have closed by itself. */
  readonly needed: (conversationId: string) => boolean;
  readonly onRead: (conversation: Conversation, page: MessagePage) => void;
  /** It does not exist for this user (any more). */
  readonly onGone: (conversationId: string) => void;
}

/** A missing event gets this long to arrive by itself. */
const patienceMs = 150;
const retryMs = 1_000;
const maxUnderWay = 4;

/** Reads conversations again in which something is missing, a few at a time. */
export class Repairs {
  readonly #options: RepairsOptions;
  /** Conversation → when to read it. */
  readonly #due = new Map<string, number>();
  readonly #underWay = new Set<string>();
  readonly #soon: Soonest;
  #running = false;

  constructor(options: RepairsOptions) {
    this.#options = options;
    this.#soon = soonest(options.clock, () => this.#begin());
  }

  /** Something is missing; calling it again changes nothing. */
  watch(conversationId: string): void {
    this.#await(conversationId, patienceMs);
  }

  /** Nothing is read while there is no connection or a replay brings what is missing. */
  setRunning(running: boolean): void {
    this.#running = running;
    if (!running) return;
    const fromMs = this.#options.clock.now() + patienceMs;
    for (const id of this.#due.keys()) this.#due.set(id, fromMs);
    if (this.#due.size > 0) this.#soon.within(patienceMs);
  }

  close(): void {
    this.#running = false;
    this.#soon.cancel();
    this.#due.clear();
  }

  #await(conversationId: string, delayMs: number): void {
    if (this.#due.has(conversationId) || this.#underWay.has(conversationId)) return;
    this.#due.set(conversationId, this.#options.clock.now() + delayMs);
    if (this.#running) this.#soon.within(delayMs);
  }

  #begin(): void {
    const nowMs = this.#options.clock.now();
    for (const [conversationId, dueMs] of this.#due) {
      if (!this.#running || this.#underWay.size >= maxUnderWay) return;
      if (dueMs > nowMs) {
        this.#soon.within(dueMs - nowMs);
        continue;
      }
      this.#due.delete(conversationId);
      if (this.#options.needed(conversationId)) void this.#read(conversationId);
    }
  }

  async #read(conversationId: string): Promise<void> {
    const { requests, onRead, onGone, needed } = this.#options;
    this.#underWay.add(conversationId);
    let retry = false;
    try {
      // In this order: the page is never older than the conversation.
      const conversation = await requests.request('conversation.get', { conversationId });
      const before = conversation.lastSeq + 1;
      const page = await requests.request('message.list', { conversationId, before });
      onRead(conversation, { ...page, hasBefore: page.hasBefore });
    } catch (error) {
      const { code } = toClientError(error);
      retry = code !== 'closed' && code !== 'notFound' && code !== 'forbidden';
      if (code === 'notFound' || code === 'forbidden') onGone(conversationId);
    }
    this.#underWay.delete(conversationId);
    if (retry || needed(conversationId)) this.#await(conversationId, retry ? retryMs : patienceMs);
    this.#begin();
  }
}
