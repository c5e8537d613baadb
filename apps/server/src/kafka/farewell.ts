import { setTimeout as delay } from 'node:timers/promises';

const farewellMs = 1_000;

/**
 * Waits for a client to close, but not for long: it says goodbye to brokers that may be away, and
 * tries again where nobody answers.
 */
export async function farewell(closing: Promise<unknown> | undefined): Promise<void> {
  if (closing === undefined) return;
  const enough = new AbortController();
  const over = delay(farewellMs, undefined, { signal: enough.signal, ref: false });
  await Promise.race([closing, over]).catch(() => undefined);
  enough.abort();
  over.catch(() => undefined);
}
