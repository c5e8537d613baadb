import pg from 'pg';
import { CommitUnknown } from '#db/commit-unknown.js';
import { databaseError, isUnavailable } from '#db/database-error.js';
import type { PipelineConnection } from '#db/pipeline-connection.js';
import type { CallDeps } from './call-deps.ts';
import { aboutKey, type CallRequest } from './call-request.ts';
import { callBusy } from './refusals.ts';
import { type WrittenCalls, writeCalls } from './write-calls.ts';

export interface CallLaneOptions {
  readonly deps: Omit<CallDeps, 'writer'>;
  readonly connection: PipelineConnection;
}

const batchSize = 64;
const attempts = 3;
/** Deadlock, serialization failure. */
const transient = new Set(['40P01', '40001']);
/** A user who is in another call since it was looked up; a version that is not the one judged on. */
const overtaken = new Set(['23505', '22012']);

const codeOf = (error: unknown): string =>
  error instanceof pg.DatabaseError ? (error.code ?? '') : '';

/** Stores one batch of changes after another; those that came meanwhile are the next batch. */
export class CallLane {
  readonly #deps: Omit<CallDeps, 'writer'>;
  readonly #connection: PipelineConnection;
  #queue: CallRequest[] = [];
  #running: Promise<void> | undefined;

  constructor({ deps, connection }: CallLaneOptions) {
    this.#deps = deps;
    this.#connection = connection;
  }

  get length(): number {
    return this.#queue.length;
  }

  push(request: CallRequest): void {
    this.#queue.push(request);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#connection.close();
  }

  async #run(): Promise<void> {
    // Requests of the same turn of the event loop belong to the same batch.
    await new Promise(setImmediate);
    while (this.#queue.length > 0) await this.#store(this.#take());
  }

  /** The next batch: of the same call, conversation or idempotency key only the first. */
  #take(): CallRequest[] {
    const batch: CallRequest[] = [];
    const left: CallRequest[] = [];
    const taken = new Set<string>();
    for (const request of this.#queue) {
      const key = request.keyed?.request.input.idempotencyKey ?? '';
      const names = [aboutKey(request), ...(key === '' ? [] : [`${request.userId}/${key}`])];
      const free = batch.length < batchSize && !names.some((name) => taken.has(name));
      (free ? batch : left).push(request);
      for (const name of names) taken.add(name);
    }
    this.#queue = left;
    return batch;
  }

  /** Settles every request of the batch, or puts it back into the queue; never throws. */
  async #store(batch: readonly CallRequest[], attempt = 1): Promise<void> {
    let written: WrittenCalls;
    try {
      written = await this.#write(batch);
    } catch (error) {
      await this.#failed(batch, attempt, error);
      return;
    }
    this.#deps.bus.publish(written.outgoing);
    for (const [before, after] of written.changes) this.#deps.onChanged(before, after);
    for (const [request, answer] of written.answers) request.settle(answer);
    // Another change of the same conversation was made in this batch.
    this.#queue.unshift(...written.deferred);
  }

  async #failed(batch: readonly CallRequest[], attempt: number, error: unknown): Promise<void> {
    const code = codeOf(error);
    const settled =
      error instanceof CommitUnknown || (isUnavailable(error) && !transient.has(code));
    if (!settled && batch.length > 1) {
      // One bad change fails alone: halve until it stands by itself.
      const middle = batch.length >> 1;
      await this.#store(batch.slice(0, middle));
      await this.#store(batch.slice(middle));
      return;
    }
    if (!settled && attempt < attempts && (transient.has(code) || overtaken.has(code))) {
      await this.#store(batch, attempt + 1);
      return;
    }
    const reason = overtaken.has(code)
      ? callBusy('too much happens to this call at once')
      : databaseError(error);
    const failure = reason instanceof Error ? reason : new Error('storing failed');
    for (const request of batch) request.settle(failure);
  }

  async #write(batch: readonly CallRequest[]): Promise<WrittenCalls> {
    const pipeline = await this.#connection.open();
    try {
      return await writeCalls(this.#deps, pipeline, batch);
    } catch (error) {
      if (!(error instanceof CommitUnknown)) {
        await pipeline.command('rollback').catch(() => undefined);
      }
      throw error;
    }
  }
}
