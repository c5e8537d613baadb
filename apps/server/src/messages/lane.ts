import pg from 'pg';
import { CommitUnknown } from '#db/commit-unknown.js';
import { databaseError, isUnavailable } from '#db/database-error.js';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import type { Tracer } from '#observe/tracer.js';
import type { SendRequest } from './send-request.ts';
import { type WriteBatchDeps, type WrittenBatch, writeBatch } from './write-batch.ts';

export interface LaneOptions extends WriteBatchDeps {
  /** Puts a committed batch on the bus; resolves when the sockets that read can take more. */
  readonly publish: (outgoing: readonly DurableOutgoing[]) => Promise<void> | undefined;
  readonly tracer?: Tracer;
}

const attempts = 3;
/** Deadlock, serialization failure; a message stored past the lock, which nobody does. */
const transient = new Set(['40P01', '40001', '23505']);

/** Stores batches, one after another, on a connection of its own. */
export class Lane {
  readonly #options: LaneOptions;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  close(): Promise<void> {
    return this.#options.connection.close();
  }

  /**
   * Settles every request of the batch; resolves when the sockets that read can take more. Never
   * throws.
   */
  async store(batch: readonly SendRequest[], attempt = 1): Promise<void> {
    let written: WrittenBatch;
    try {
      written = await this.#traced(batch);
    } catch (error) {
      await this.#failed(batch, attempt, error);
      return;
    }
    const room = this.#options.publish(written.outgoing);
    for (const [index, request] of batch.entries()) {
      request.settle(written.outcomes[index] ?? new Error('a send was not answered'));
    }
    await room;
  }

  async #failed(batch: readonly SendRequest[], attempt: number, error: unknown): Promise<void> {
    const again = error instanceof pg.DatabaseError && transient.has(error.code ?? '');
    if (again && attempt < attempts) {
      await this.store(batch, attempt + 1);
      return;
    }
    if (batch.length > 1 && !(error instanceof CommitUnknown) && !isUnavailable(error)) {
      // One bad message fails alone: halve until it stands by itself.
      const middle = batch.length >> 1;
      await this.store(batch.slice(0, middle));
      await this.store(batch.slice(middle));
      return;
    }
    const reason = databaseError(error);
    const failure = reason instanceof Error ? reason : new Error('storing failed');
    for (const request of batch) request.settle(failure);
  }

  async #traced(batch: readonly SendRequest[]): Promise<WrittenBatch> {
    const { tracer } = this.#options;
    if (tracer?.enabled !== true) return writeBatch(this.#options, batch);
    const span = tracer.start('batch', { messages: batch.length });
    try {
      const written = await writeBatch(this.#options, batch);
      span.end();
      return written;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }
}
