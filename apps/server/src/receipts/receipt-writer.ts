import type { Database } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import { conversationNotFound, NovaError } from '../errors.ts';
import { receiptOutgoing } from './receipt-outgoing.ts';
import { storeMarkers } from './receipt-store.ts';

export interface ReceiptWriterOptions {
  readonly db: Database;
  readonly bus: Bus;
  /** The least time between the beginnings of two batches. */
  readonly intervalMs?: number;
  /** Markers written in one transaction. */
  readonly batchSize?: number;
  /** Markers that may wait; past it requests are refused. */
  readonly queueMax?: number;
}

export interface Marker {
  readonly conversationId: string;
  readonly userId: string;
  readonly kind: 'read' | 'delivered';
  readonly seq: number;
}

export interface MarkerReply {
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  readonly unreadCount: number;
}

interface Waiting {
  readonly conversationId: string;
  readonly userId: string;
  readSeq: number;
  deliveredSeq: number;
  readonly replies: PromiseWithResolvers<MarkerReply>;
}

/**
 * Gathers markers by user and conversation and writes them in batches: at once when idle, at most
 * every `intervalMs` when busy. A marker is answered once it was committed and others were told:
 * who got no answer tells it again, and it is told again, wherever it stands by then.
 */
export class ReceiptWriter {
  readonly #db: Database;
  readonly #bus: Bus;
  readonly #intervalMs: number;
  readonly #batchSize: number;
  readonly #queueMax: number;
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: ReceiptWriterOptions) {
    this.#db = options.db;
    this.#bus = options.bus;
    this.#intervalMs = options.intervalMs ?? 250;
    this.#batchSize = options.batchSize ?? 500;
    this.#queueMax = options.queueMax ?? 20_000;
  }

  /** Throws `notFound` where the user is not a member. */
  async mark({ conversationId, userId, kind, seq }: Marker): Promise<MarkerReply> {
    const key = `${conversationId}/${userId}`;
    const readSeq = kind === 'read' ? seq : 0;
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.readSeq = Math.max(waiting.readSeq, readSeq);
      waiting.deliveredSeq = Math.max(waiting.deliveredSeq, seq);
      return waiting.replies.promise;
    }
    if (this.#closed || this.#waiting.size >= this.#queueMax) throw tooManyWaiting();
    const replies = Promise.withResolvers<MarkerReply>();
    this.#waiting.set(key, { conversationId, userId, readSeq, deliveredSeq: seq, replies });
    this.#schedule();
    return replies.promise;
  }

  /** Writes what waits; later markers are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    while (this.#waiting.size > 0) await this.#write();
  }

  #schedule(): void {
    if (this.#closed || this.#writing !== undefined) return;
    const full = this.#waiting.size >= this.#batchSize;
    if (this.#timer !== undefined && !full) return;
    clearTimeout(this.#timer);
    const sinceMs = performance.now() - this.#lastStartMs;
    // Even at once means after this turn: what arrived in it goes together.
    const delayMs = full ? 0 : Math.max(0, this.#intervalMs - sinceMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (this.#waiting.size > 0) this.#schedule();
      });
    }, delayMs);
  }

  /** One batch; a failure is for those who wait, so this never throws. */
  async #write(): Promise<void> {
    this.#lastStartMs = performance.now();
    const batch = this.#take();
    try {
      const rows = await storeMarkers(this.#db, [...batch.values()]);
      for (const row of rows) {
        const key = `${row.conversationId}/${row.userId}`;
        const { lastReadSeq, lastDeliveredSeq, unreadCount } = row;
        batch.get(key)?.replies.resolve({ lastReadSeq, lastDeliveredSeq, unreadCount });
        batch.delete(key);
      }
      for (const { replies } of batch.values()) replies.reject(conversationNotFound());
      this.#bus.publish(rows.filter((row) => row.toTell).map(receiptOutgoing));
    } catch (error) {
      for (const { replies } of batch.values()) replies.reject(error);
    }
  }

  #take(): Map<string, Waiting> {
    const batch = new Map<string, Waiting>();
    for (const [key, waiting] of this.#waiting) {
      if (batch.size >= this.#batchSize) break;
      batch.set(key, waiting);
      this.#waiting.delete(key);
    }
    return batch;
  }
}

function tooManyWaiting(): NovaError {
  return new NovaError('unavailable', 'too many markers are waiting; this one was not moved', {
    retryAfterMs: 1_000,
  });
}
