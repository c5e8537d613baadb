import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '#db/database.js';
import type { RecordSink } from '#kafka/record-sink.js';
import type { Horizon } from '#log/cursor.js';
import { UnknownLogType } from '#log/log-types.js';
import { readHorizon } from '#log/reader.js';
import type { Lease } from './lease.ts';
import type { ReadEvents } from './read-events.ts';
import { chunksOf, recordOf } from './records.ts';
import { beginTenure, endOfPass, moveHorizon, type Tenure } from './relay-store.ts';

export interface RelayOptions {
  readonly db: Database;
  readonly lease: Lease;
  readonly sink: RecordSink;
  readonly topic: string;
  readonly readEvents: ReadEvents;
  readonly onPublished: (events: number) => void;
  readonly onActive: (active: boolean) => void;
  readonly onError: (error: unknown, doing: string) => void;
}

const standbyMs = 500;
/** Between two looks at a log that had nothing new. */
const idleMs = 150;
const failedMs = 1_000;
/** A node that cannot read what is next lets the others try for so long. */
const givenWayMs = 5_000;
/** What a pass that is under way may still take when the node goes. */
const farewellMs = 1_000;
const passRows = 1_000;

/**
 * Publishes the log, in order per conversation, from the horizon that is stored beside it. On every
 * node there is one, and the one that holds the lease works. What was sent before the horizon was
 * moved is sent again by whoever goes on: at least once, under the same ids.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #closing = new AbortController();
  #tenure = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** For the lease to call: what is being sent is given up. */
  leaseLost(): void {
    this.#tenure.abort(new Error('the lease was lost'));
  }

  /** Hands over: another node goes on at once. */
  async close(): Promise<void> {
    this.#closing.abort();
    const givenUp = setTimeout(() => this.leaseLost(), farewellMs);
    await this.#running;
    clearTimeout(givenUp);
    await this.#options.sink.close();
  }

  async #run(): Promise<void> {
    const { lease, onError } = this.#options;
    while (!this.#closing.signal.aborted) {
      let pauseMs = standbyMs;
      try {
        if (await lease.acquire()) await this.#serve();
      } catch (error) {
        if (error instanceof UnknownLogType) pauseMs = givenWayMs;
        onError(error, error instanceof UnknownLogType ? 'reading the log' : 'taking over');
      }
      await this.#pause(pauseMs);
    }
    await lease.release();
  }

  async #serve(): Promise<void> {
    const { db, lease, onActive, onError } = this.#options;
    this.#tenure = new AbortController();
    try {
      let tenure = await beginTenure(db);
      let from = tenure.horizon;
      onActive(true);
      while (lease.held && !this.#closing.signal.aborted) {
        try {
          const pass = await this.#pass(tenure, from);
          if (pass === 'superseded') return;
          ({ tenure, from } = pass);
          if (pass.idle) await this.#pause(idleMs);
        } catch (error) {
          // During a rollout a newer node knows the type; nothing is passed over, or misnamed.
          if (error instanceof UnknownLogType) throw error;
          if (lease.held) onError(error, 'publishing');
          await this.#pause(failedMs);
        }
      }
    } finally {
      onActive(false);
      await lease.release();
    }
  }

  /** Publishes what was settled since `from`, at most about `passRows` rows of it. */
  async #pass(
    tenure: Tenure,
    from: Horizon,
  ): Promise<'superseded' | { tenure: Tenure; from: Horizon; idle: boolean }> {
    const { db, lease, sink, topic, readEvents, onPublished } = this.#options;
    const { horizon: now, epoch } = await readHorizon(db);
    if (now <= from) return { tenure, from, idle: true };
    const to = await endOfPass(db, from, now, passRows);
    const events = await readEvents(from, to, epoch);
    // An idle log moves no stored horizon: that would be a write of its own, for ever.
    if (events.length === 0) return { tenure, from: to, idle: to === now };
    for (const records of chunksOf(events.map((event) => recordOf(topic, event)))) {
      if (!lease.held) throw new Error('the lease was lost');
      await sink.send(records, this.#tenure.signal);
    }
    if (!(await moveHorizon(db, tenure, to))) return 'superseded';
    onPublished(events.length);
    return { tenure: { ...tenure, horizon: to }, from: to, idle: to === now };
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }
}
