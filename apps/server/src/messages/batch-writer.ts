import type { ExchangeConnection } from '#db/exchange-connection.js';
import { Lane, type LaneOptions } from './lane.ts';
import type { SendRequest } from './send-request.ts';
import { takeBatch } from './take-batch.ts';

export interface BatchWriterOptions extends Omit<LaneOptions, 'connection'> {
  /** Batches that may be under way at once. */
  readonly lanes: number;
  readonly connect: () => ExchangeConnection;
  readonly batchSize: number;
  readonly onBatch?: (size: number) => void;
  /** Waiting sends past which sockets are no longer read from. */
  readonly maxQueued: number;
}

/** So many sends wait before a batch begins beside another: few large ones cost less than many. */
const besideMin = 64;
/** One that takes longer than this holds nobody up who has nothing to do with it. */
const lateMs = 25;

/**
 * The one writer of messages of a node. A message waits only while the batch before it is written,
 * so an idle writer stores at once and a busy one stores many together. Batches under way at the
 * same time have no conversation in common: each conversation's messages are stored in the order
 * in which they came.
 */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  readonly #idle: Lane[];
  readonly #busy = new Map<Lane, Promise<void>>();
  readonly #underWay = new Set<string>();
  #queue: SendRequest[] = [];
  #gathering = false;
  /** Sends that make a batch worth beginning beside those under way. */
  #worth = besideMin;
  /** Waiting sends at which to look whether there are so many. */
  #lookAt = besideMin;
  #late: NodeJS.Timeout | undefined;

  constructor(options: BatchWriterOptions) {
    const { lanes, connect } = options;
    this.#options = options;
    this.#idle = Array.from(
      { length: lanes },
      () => new Lane({ ...options, connection: connect() }),
    );
  }

  push(request: SendRequest): void {
    this.#queue.push(request);
    if (this.#busy.size === 0) this.#gather();
    else if (this.#queue.length >= this.#lookAt) this.#begin(this.#worth);
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Sockets stop being read while this holds, so that TCP slows the senders down. */
  get full(): boolean {
    return this.queued >= this.#options.maxQueued;
  }

  /** Stores what is queued, then closes the connections. */
  async close(): Promise<void> {
    while (this.#gathering || this.#busy.size > 0) {
      if (this.#busy.size > 0) await Promise.race(this.#busy.values());
      else await new Promise(setImmediate);
    }
    await Promise.all(this.#idle.map((lane) => lane.close()));
  }

  /** Requests of the same turn of the event loop belong to the same batch. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    setImmediate(() => {
      this.#gathering = false;
      this.#begin(1);
    });
  }

  /** Begins a batch where at least `min` sends can be stored beside what is under way. */
  #begin(min: number): void {
    const lane = this.#idle.at(-1);
    if (lane === undefined || this.#queue.length < min) return;
    const { batch, left } = takeBatch(this.#queue, this.#options.batchSize, this.#underWay);
    if (batch.length < min) {
      // Most waits for what is under way. Looking again is for when much more has come.
      this.#lookAt = 2 * this.#queue.length;
      return;
    }
    this.#queue = left;
    this.#idle.pop();
    this.#options.onBatch?.(batch.length);
    for (const { conversationId } of batch) this.#underWay.add(conversationId);
    this.#busy.set(
      lane,
      lane.store(batch).then(() => this.#ended(lane, batch)),
    );
    this.#watch();
  }

  #ended(lane: Lane, batch: readonly SendRequest[]): void {
    for (const { conversationId } of batch) this.#underWay.delete(conversationId);
    this.#busy.delete(lane);
    this.#idle.push(lane);
    this.#watch();
    this.#begin(this.#busy.size === 0 ? 1 : this.#worth);
  }

  /** Called when what is under way has changed. */
  #watch(): void {
    clearTimeout(this.#late);
    this.#worth = besideMin;
    this.#lookAt = besideMin;
    if (this.#busy.size === 0 || this.#idle.length === 0) return;
    this.#late = setTimeout(() => {
      this.#worth = 1;
      this.#lookAt = 1;
      this.#begin(this.#worth);
    }, lateMs);
  }
}
