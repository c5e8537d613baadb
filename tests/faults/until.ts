import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;

/** The first value that is not undefined; throws when the time is over. */
export async function until<Value>(
  what: string,
  timeoutMs: number,
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(pollMs);
  }
}
