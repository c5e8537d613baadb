import type { Message } from '@nova/protocol';
import { type NovaClientError, toClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import { backOffMs } from '../connection/back-off.ts';
import type { Requests } from '../requests/requests.ts';
import { type Soonest, soonest } from '../soonest.ts';
import type { OutboxItem } from './outbox-item.ts';
import { verdictOf } from './verdict.ts';

export interface SenderOptions {
  readonly requests: Requests;
  readonly clock: Clock;
  readonly onState: (item: OutboxItem, state: 'queued' | 'sending') => void;
  readonly onAcknowledged: (item: OutboxItem, message: Message) => void;
  /** Refused for good. */
  readonly onRefused: (item: OutboxItem, error: NovaClientError) => void;
}

/** What waits in one conversation. Only its first message is under way: order is kept. */
interface Line {
  readonly pending: OutboxItem[];
  busy: boolean;
  notBeforeMs: number;
}

const maxUnderWay = 32;

/** Sends what is in line, one message of a conversation at a time, until it is taken or refused. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #lines = new Map<string, Line>();
  readonly #wake: Soonest;
  #online = false;
  #underWay = 0;
  #notBeforeMs = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#wake = soonest(options.clock, () => this.#pumpAll());
  }

  /** Gives a message the last place of its conversation; it is sent once it is durable. */
  push(item: OutboxItem): void {
    const { conversationId } = item.entry;
    const line = this.#lines.get(conversationId) ?? { pending: [], busy: false, notBeforeMs: 0 };
    this.#lines.set(conversationId, line);
    line.pending.push(item);
    this.#pump(conversationId, line);
  }

  withdraw(item: OutboxItem): void {
    const { conversationId } = item.entry;
    const line = this.#lines.get(conversationId);
    const at = line?.pending.indexOf(item) ?? -1;
    if (line === undefined || at < 0) return;
    line.pending.splice(at, 1);
    this.#pump(conversationId, line);
  }

  /** The message became durable. */
  look(conversationId: string): void {
    const line = this.#lines.get(conversationId);
    if (line !== undefined) this.#pump(conversationId, line);
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (online) this.#pumpAll();
  }

  close(): void {
    this.#online = false;
    this.#wake.cancel();
  }

  #pumpAll(): void {
    for (const [conversationId, line] of this.#lines) this.#pump(conversationId, line);
  }

  #pump(conversationId: string, line: Line): void {
    if (line.busy) return;
    const [item] = line.pending;
    if (item === undefined) this.#lines.delete(conversationId);
    if (item?.durable !== true || !this.#online || this.#underWay >= maxUnderWay) return;
    const waitMs = Math.max(this.#notBeforeMs, line.notBeforeMs) - this.#options.clock.now();
    if (waitMs > 0) this.#wake.within(waitMs);
    else void this.#deliver(item, conversationId, line);
  }

  async #deliver(item: OutboxItem, conversationId: string, line: Line): Promise<void> {
    const { requests, onState, onAcknowledged } = this.#options;
    const { id, text, replyTo } = item.entry;
    const reply = replyTo === null ? {} : { replyTo };
    line.busy = true;
    this.#underWay += 1;
    onState(item, 'sending');
    try {
      const input = { conversationId, id, text, ...reply };
      onAcknowledged(item, await requests.request('message.send', input));
    } catch (error) {
      this.#failed(item, line, toClientError(error));
    }
    line.busy = false;
    this.#underWay -= 1;
    if (this.#underWay === maxUnderWay - 1) this.#pumpAll();
    else this.#pump(conversationId, line);
  }

  #failed(item: OutboxItem, line: Line, error: NovaClientError): void {
    // Taken back meanwhile, or its event came before the failure.
    if (line.pending[0] !== item) return;
    const { clock, onState, onRefused } = this.#options;
    const verdict = verdictOf(error, item.attempt);
    if (verdict === 'refused') {
      onRefused(item, error);
      return;
    }
    const waitMs = error.retryAfterMs ?? backOffMs(item.attempt + 1, clock.random());
    if (verdict === 'pauseAll') this.#notBeforeMs = clock.now() + waitMs;
    else line.notBeforeMs = clock.now() + waitMs;
    item.attempt += 1;
    onState(item, 'queued');
  }
}
