import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 10;

/** Whether the condition came true in time. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await pause(pollMs);
  }
  return true;
}
