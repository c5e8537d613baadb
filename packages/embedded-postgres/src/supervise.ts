import { setTimeout as sleep } from 'node:timers/promises';
import { KilledWhileStarting } from './postmaster.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start.ts';

export interface Supervision {
  /** The server ended unasked: its exit code or the signal's name; started again after the delay. */
  readonly onExited?: (reason: number | string, restartInMs: number) => void;
  readonly onRestarted?: (pid: number) => void;
  readonly onRestartFailed?: (error: unknown, restartInMs: number) => void;
}

/** A server that is started again, at the same address, whenever it ends unasked. */
export interface SupervisedPostgres {
  /** Stays the same over restarts. */
  readonly connectionString: string;
  /** Of the server that runs now, or ran last. */
  readonly pid: number;
  /** Ends the supervision, then the server, as `EmbeddedPostgres.stop` does. */
  stop(): Promise<void>;
}

/** A server that lived this long had started well: the next restart is not held back. */
const steadyMs = 10_000;
const firstDelayMs = 250;
const lastDelayMs = 10_000;
/** Then whoever waits for the first start is told that it does not succeed. */
const mostFirstStarts = 10;

/**
 * Starts the embedded PostgreSQL and keeps it running: what it had committed is recovered by the
 * restart, connections break and have to be opened again. Rejects when the first start fails
 * otherwise than by a signal, which is tried again a few times.
 */
export async function superviseEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
  { onExited, onRestarted, onRestartFailed }: Supervision = {},
): Promise<SupervisedPostgres> {
  let server = await startAtFirst(options, onExited);
  const listen = typeof options.listen === 'number' ? server.port : 'socket';
  const ending = new AbortController();
  const ended = new Promise<'ended'>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });

  const restart = async (delayMs: number): Promise<EmbeddedPostgres | undefined> => {
    for (let waitMs = delayMs; ; waitMs = longer(waitMs)) {
      await Promise.race([sleep(waitMs), ended]);
      if (ending.signal.aborted) return undefined;
      try {
        return await startEmbeddedPostgres({ ...options, listen });
      } catch (error) {
        onRestartFailed?.(error, longer(waitMs));
      }
    }
  };

  const watch = async (): Promise<void> => {
    for (let delayMs = 0; ; ) {
      const startedAtMs = performance.now();
      const reason = await Promise.race([server.exited, ended]);
      if (ending.signal.aborted) return;
      delayMs = performance.now() - startedAtMs >= steadyMs ? 0 : longer(delayMs);
      onExited?.(reason, delayMs);
      const next = await restart(delayMs);
      if (next === undefined) return;
      server = next;
      onRestarted?.(server.pid);
    }
  };
  const watching = watch();

  return {
    connectionString: server.connectionString,
    get pid() {
      return server.pid;
    },
    async stop() {
      ending.abort();
      // A restart that is under way is finished first: then there is a server to stop.
      await watching;
      await server.stop();
    },
  };
}

async function startAtFirst(
  options: EmbeddedPostgresOptions,
  onExited: Supervision['onExited'],
): Promise<EmbeddedPostgres> {
  for (let attempt = 1, waitMs = firstDelayMs; ; attempt++, waitMs = longer(waitMs)) {
    try {
      return await startEmbeddedPostgres(options);
    } catch (error) {
      if (!(error instanceof KilledWhileStarting) || attempt === mostFirstStarts) throw error;
      onExited?.(error.signal, waitMs);
      await sleep(waitMs);
    }
  }
}

const longer = (delayMs: number): number =>
  Math.min(lastDelayMs, Math.max(firstDelayMs, delayMs * 2));
