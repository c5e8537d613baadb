import pg from 'pg';
import { CommitUnknown } from '#db/commit-unknown.js';
import type { Queryable } from '#db/database.js';
import { databaseError, isUnavailable } from '#db/database-error.js';
import type { PipelineConnection } from '#db/pipeline-connection.js';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import type { Tracer } from '#observe/tracer.js';
import type { ConversationKeys } from '#sealing/conversation-keys.js';
import type { SendRequest } from './send-request.ts';
import { type WrittenBatch, writeBatch } from './write-batch.ts';

export interface LaneOptions {
  readonly connection: PipelineConnection;
  readonly db: Queryable;
  readonly keys: ConversationKeys;
  readonly batchSize: number;
  /** Puts a committed batch on the bus; resolves when the sockets that read can take more. */
  readonly publish: (outgoing: readonly DurableOutgoing[]) => Promise<void> | undefined;
  readonly onBatch?: (size: number) => void;
  readonly tracer?: Tracer;
}

const uniqueViolation = '23505';
/** After a retry was met, this many batches look for stored messages before they insert. */
const batchesThatCheck = 50;

/**
 * Writes one batch after another: a message waits only while the batch before it is written, so
 * an idle lane stores at once and a busy one stores many together. What one sender sends to one
 * conversation keeps its order.
 */
export class Lane {
  readonly #options: LaneOptions;
  #queue: SendRequest[] = [];
  #running: Promise<void> | undefined;
  #checks = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#queue.length;
  }

  push(request: SendRequest): void {
    this.#queue.push(request);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#options.connection.close();
  }

  async #run(): Promise<void> {
    // Requests of the same turn of the event loop belong to the same batch.
    await new Promise(setImmediate);
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.batchSize);
      this.#options.onBatch?.(batch.length);
      await this.#store(batch);
    }
  }

  /** Settles every request of the batch; never throws. */
  async #store(batch: readonly SendRequest[]): Promise<void> {
    let written: WrittenBatch;
    try {
      written = await this.#traced(batch);
    } catch (error) {
      const last = batch.length === 1;
      if (!last && !(error instanceof CommitUnknown) && !isUnavailable(error)) {
        // One bad message fails alone: halve until it stands by itself.
        const middle = batch.length >> 1;
        await this.#store(batch.slice(0, middle));
        await this.#store(batch.slice(middle));
        return;
      }
      const reason = databaseError(error);
      const failure = reason instanceof Error ? reason : new Error('storing failed');
      for (const request of batch) request.settle(failure);
      return;
    }
    const room = this.#options.publish(written.outgoing);
    for (const [request, outcome] of written.outcomes) request.settle(outcome);
    await room;
  }

  async #traced(batch: readonly SendRequest[]): Promise<WrittenBatch> {
    const { tracer } = this.#options;
    if (tracer?.enabled !== true) return this.#write(batch);
    const span = tracer.start('batch', { messages: batch.length });
    try {
      const written = await this.#write(batch);
      span.end();
      return written;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }

  async #write(batch: readonly SendRequest[]): Promise<WrittenBatch> {
    const { db, keys } = this.#options;
    const checkStored = this.#checks > 0;
    if (checkStored) this.#checks--;
    const pipeline = await this.#options.connection.open();
    try {
      return await writeBatch(pipeline, batch, { db, keys, checkStored });
    } catch (error) {
      if (error instanceof CommitUnknown) throw error;
      await pipeline.command('rollback').catch(() => undefined);
      const retried = error instanceof pg.DatabaseError && error.code === uniqueViolation;
      const transient =
        error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
      if (retried && !checkStored) this.#checks = batchesThatCheck;
      if ((retried && !checkStored) || transient) {
        return await writeBatch(pipeline, batch, { db, keys, checkStored: true }).catch(
          async (again: unknown) => {
            await pipeline.command('rollback').catch(() => undefined);
            throw again;
          },
        );
      }
      throw error;
    }
  }
}
