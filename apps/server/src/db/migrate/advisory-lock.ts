import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

export interface LockOptions {
  readonly lockId: string;
  /** Undefined: wait until the other migrator is done. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Called once if the lock is not free. */
  readonly onWait: () => void;
}

const POLL_MS = 100;

/**
 * Runs with the lock held. It is asked for again and again instead of waited for: a session that
 * waits has a transaction open, for which `create index concurrently` under that lock waits in turn.
 */
export async function withAdvisoryLock<Result>(
  client: pg.Client,
  options: LockOptions,
  run: () => Promise<Result>,
): Promise<Result> {
  await acquire(client, options);
  try {
    return await run();
  } finally {
    // A connection that broke has released it already, and its own error is the one to report.
    await client.query('select pg_advisory_unlock($1)', [options.lockId]).catch(() => {});
  }
}

async function acquire(client: pg.Client, options: LockOptions): Promise<void> {
  const { lockId, timeoutMs, signal, onWait } = options;
  const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
  let waiting = false;
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as held', [lockId]);
    if (rows[0]?.held) return;
    if (!waiting) onWait();
    waiting = true;
    if (Date.now() >= deadline) throw new Error("timeout: can't acquire database lock");
    await sleep(Math.min(POLL_MS, deadline - Date.now()), undefined, { signal });
  }
}
