import type { Queryable } from '#db/database.js';
import { type Revocation, revocationsOf, revocationsSince } from './revocation-store.ts';
import type { VerifiedToken } from './token-claims.ts';
import { unauthenticated } from './token-header.ts';

export interface RevocationsOptions {
  readonly db: Queryable;
  /** Of the log, as the tail last read it. */
  readonly horizon: () => bigint;
  readonly intervalMs: number;
  /** Told of each at least once, soon after it was stored, on whichever node: ends what it names. */
  readonly onRevoked: (revocations: readonly Revocation[]) => void;
  readonly onError: (error: unknown) => void;
}

/** What was looked up serves for so long; what was revoked since is among the recent ones. */
const keptMs = 30_000;
const recentMs = 90_000;
const keptMax = 50_000;

interface Kept {
  readonly untilMs: number;
  readonly revocations: readonly Revocation[];
}

/** Whether a token is among those that the revocations name. */
export function refusedBy(revocations: readonly Revocation[]): (token: VerifiedToken) => boolean {
  const byUser = Map.groupBy(revocations, ({ userId }) => userId);
  return (token) => byUser.get(token.userId)?.some((one) => isRevoked(token, one)) === true;
}

/** A token without a time of issue counts as the oldest there is. */
function isRevoked(token: VerifiedToken, revocation: Revocation): boolean {
  if (revocation.tokenId !== '') return token.tokenId === revocation.tokenId;
  return (token.issuedAtMs ?? 0) < revocation.issuedBefore.getTime();
}

/**
 * Which tokens are refused though their signature holds. Stored in the database, so that it
 * outlives a restart; looked up when a token is first seen, and followed on every node.
 */
export class Revocations {
  readonly #options: RevocationsOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #recent = new Map<string, Kept>();
  #asked = new Map<string, PromiseWithResolvers<readonly Revocation[]>>();
  #asking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  /** Horizons of the last poll and the one before it: what a poll brings, the next brings again. */
  #horizons: readonly [bigint, bigint];
  #closed = false;

  constructor(options: RevocationsOptions) {
    this.#options = options;
    this.#horizons = [options.horizon(), options.horizon()];
  }

  start(): void {
    this.#horizons = [this.#options.horizon(), this.#options.horizon()];
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#polling;
  }

  /** Throws `unauthenticated` for a token that was revoked, `unavailable` where nobody can say. */
  async check(token: VerifiedToken): Promise<void> {
    const now = Date.now();
    const kept = this.#kept.get(token.userId);
    const stored =
      kept !== undefined && kept.untilMs > now ? kept.revocations : await this.#ask(token.userId);
    const recent = this.#recent.get(token.userId)?.revocations ?? [];
    if ([...stored, ...recent].some((one) => isRevoked(token, one))) {
      throw unauthenticated('the token was revoked');
    }
  }

  /** Looks now: for who has just stored one, or heard of one. */
  async look(): Promise<void> {
    if (this.#closed) return;
    this.#polling = this.#poll().catch(this.#options.onError);
    await this.#polling;
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(async () => {
      await this.look();
      this.#schedule();
    }, this.#options.intervalMs);
  }

  async #poll(): Promise<void> {
    const { db, horizon, onRevoked } = this.#options;
    const now = Date.now();
    const at = horizon();
    const found = await revocationsSince(db, this.#horizons[0]);
    this.#horizons = [this.#horizons[1], at];
    for (const [userId, { untilMs }] of this.#recent) {
      if (untilMs > now) break;
      this.#recent.delete(userId);
    }
    for (const [userId, revocations] of Map.groupBy(found, (one) => one.userId)) {
      this.#recent.delete(userId);
      this.#recent.set(userId, { untilMs: now + recentMs, revocations });
    }
    if (found.length > 0) onRevoked(found);
  }

  /** Users that are asked for at the same time are looked up together. */
  #ask(userId: string): Promise<readonly Revocation[]> {
    const asked = this.#asked.get(userId) ?? Promise.withResolvers<readonly Revocation[]>();
    this.#asked.set(userId, asked);
    this.#asking ??= this.#answer().finally(() => {
      this.#asking = undefined;
    });
    return asked.promise;
  }

  async #answer(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#asked.size > 0) {
      const asked = this.#asked;
      this.#asked = new Map();
      try {
        const rows = await revocationsOf(this.#options.db, [...asked.keys()]);
        const byUser = Map.groupBy(rows, (row) => row.userId);
        for (const [userId, { resolve }] of asked) resolve(this.#keep(userId, byUser.get(userId)));
      } catch (error) {
        for (const { reject } of asked.values()) reject(error);
      }
    }
  }

  #keep(userId: string, revocations: readonly Revocation[] = []): readonly Revocation[] {
    this.#kept.delete(userId);
    this.#kept.set(userId, { untilMs: Date.now() + keptMs, revocations });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptMax) break;
      this.#kept.delete(oldest);
    }
    return revocations;
  }
}
