import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 10;

/**
 * Waits for a condition instead of for a while: until the probe finds something, which 0, an empty
 * text and whatever else counts as false is not. Throws, with what was waited for, at its end.
 */
export async function until<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  timeoutMs = 10_000,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await delay(pauseMs);
  }
}
