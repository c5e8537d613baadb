import type { Queryable } from '#db/database.js';
import type { Horizon } from './cursor.ts';
import {
  type Passed,
  type PersonalRow,
  readHorizon,
  readPassed,
  readPersonalPassed,
  seeHorizon,
} from './reader.ts';

/** Greater than every transaction's id. */
const endOfLog: Horizon = 2n ** 64n - 1n;
/** It takes so long at most to notice that the bus does not carry. */
const noticeMs = 5_000;
/** A pass may take this share of the time, however long it takes. */
const busyShare = 0.5;

export interface TailOptions {
  readonly db: Queryable;
  readonly intervalMs: number;
  /** The pause between two passes while the bus does not carry. */
  readonly hurriedIntervalMs: number;
  /** Delivers what was not delivered yet; resolves with the number of rows it had to bring. */
  readonly onPassed: (
    passed: readonly Passed[],
    personal: readonly PersonalRow[],
  ) => Promise<number>;
  /**
   * Delivers what leaves no gap in the log when the bus loses it. Called while the bus does not
   * carry, and once more (`last`) when it does again; `since` is before anything can be missing.
   */
  readonly onUncarried?: (since: Horizon, last: boolean) => Promise<void>;
  readonly onRows?: (rows: number) => void;
  readonly onPass?: (seconds: number) => void;
  readonly onHorizon?: (horizon: Horizon, unchangedMs: number) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The net under the bus: reads the log past its horizon and hands on what nobody brought. Its
 * horizon is what cursors are made of: when it moves, everything before was given to the hub.
 */
export class Tail {
  readonly #options: TailOptions;
  #horizon: Horizon = 0n;
  #epoch = '';
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> | undefined;
  #closed = false;
  #hurried = false;
  #movedAt = Date.now();
  /** Horizons of passes, oldest first: up to the first one nothing is missing. */
  #carried: { readonly horizon: Horizon; readonly at: number }[] = [];
  #uncarried = false;
  /** Horizons of all passes of the last `noticeMs`, and of the one before them. */
  #passes: { readonly horizon: Horizon; readonly at: number }[] = [];
  /** Another node could not tell what happened since then. */
  #untold: Horizon | undefined;

  constructor(options: TailOptions) {
    this.#options = options;
  }

  get horizon(): Horizon {
    return this.#horizon;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** Takes the present position: what is older reaches clients by listing and by resume. */
  async start(): Promise<void> {
    const { horizon, epoch } = await readHorizon(this.#options.db);
    this.#horizon = horizon;
    this.#epoch = epoch;
    this.#carried = [{ horizon, at: Date.now() }];
    this.#passes = this.#carried;
    this.#schedule(this.#options.intervalMs);
  }

  /** Older than anything that a node may still be about to tell. */
  get settledHorizon(): Horizon {
    return this.#passes[0]?.horizon ?? this.#horizon;
  }

  /** A node told others nothing for a while that begins there: it is read instead, at once. */
  untold(since: Horizon): void {
    if (this.#untold === undefined || since < this.#untold) this.#untold = since;
    this.#passSoon();
  }

  /** Whether events reach this node by the tail alone; a pass begins at once when that changes. */
  hurry(hurried: boolean): void {
    this.#hurried = hurried;
    this.#passSoon();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#pass;
  }

  #passSoon(): void {
    if (this.#timer === undefined || this.#pass !== undefined) return;
    clearTimeout(this.#timer);
    this.#schedule(0);
  }

  #schedule(pauseMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      const started = performance.now();
      this.#pass = this.#read()
        .catch((error: unknown) => this.#options.onError(error))
        .finally(() => {
          this.#pass = undefined;
          const { intervalMs, hurriedIntervalMs } = this.#options;
          const tookMs = performance.now() - started;
          const soon = this.#hurried || this.#untold !== undefined;
          const pauseMs = soon ? hurriedIntervalMs : intervalMs;
          this.#schedule(Math.max(pauseMs, tookMs * (1 / busyShare - 1)));
        });
    }, pauseMs);
  }

  async #read(): Promise<void> {
    const { db } = this.#options;
    const started = performance.now();
    // What is delivered stands in committed rows: only handing out the horizon waits for the disk.
    const { horizon, epoch, durable } = await seeHorizon(db);
    this.#epoch = epoch;
    if (horizon > this.#horizon || this.#hurried) {
      // Delivery alone need not wait for the horizon: a conversation's rows commit in order, and
      // an open transaction anywhere must not hold up what Redis would have carried past it.
      const upTo = this.#hurried ? endOfLog : horizon;
      const [passed, personal] = await Promise.all([
        readPassed(db, this.#horizon, upTo),
        readPersonalPassed(db, this.#horizon, upTo),
      ]);
      const brought = await this.#options.onPassed(passed, personal);
      if (brought > 0) this.#options.onRows?.(brought);
    }
    await durable;
    await this.#bringUncarried(horizon);
    if (horizon > this.#horizon) {
      this.#horizon = horizon;
      this.#movedAt = Date.now();
    }
    this.#options.onPass?.((performance.now() - started) / 1000);
    this.#options.onHorizon?.(this.#horizon, Date.now() - this.#movedAt);
  }

  async #bringUncarried(horizon: Horizon): Promise<void> {
    const hurried = this.#hurried;
    const untold = this.#untold;
    const now = { horizon, at: Date.now() };
    this.#passes = recent(this.#passes, now);
    if (hurried || this.#uncarried || untold !== undefined) {
      const own = this.#carried[0]?.horizon ?? horizon;
      const since = untold !== undefined && untold < own ? untold : own;
      this.#untold = undefined;
      try {
        await this.#options.onUncarried?.(since, !hurried);
      } catch (error) {
        this.#untold = since;
        throw error;
      }
      this.#uncarried = hurried;
      // Everything before was committed when it was read: the next pass begins there.
      this.#carried = [now];
      return;
    }
    this.#carried = recent(this.#carried, now);
  }
}

/** With the newest; of those older than `noticeMs` only the last stays. */
function recent<Pass extends { readonly at: number }>(passes: readonly Pass[], now: Pass): Pass[] {
  const all = [...passes, now];
  const first = all.findIndex((_, index) => (all[index + 1]?.at ?? now.at) >= now.at - noticeMs);
  return all.slice(Math.max(0, first));
}
