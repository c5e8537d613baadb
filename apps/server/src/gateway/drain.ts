import { setTimeout as delay } from 'node:timers/promises';
import { askToMove } from './ask-to-move.ts';
import type { SessionRegistry } from './session-registry.ts';

const stepMs = 250;
/** How long a client may take to answer the close frame. */
const farewellMs = 1_000;

/**
 * Sends every socket elsewhere within `drainMs`: each is told in its turn to connect again, keeps
 * working meanwhile, and is closed at the end if it has not gone by itself.
 */
export async function drainSessions(sessions: SessionRegistry, drainMs: number): Promise<void> {
  const waiting = sessions.all();
  // Half of the time to tell them, the other half for them to come back elsewhere.
  const steps = Math.max(1, Math.floor(drainMs / 2 / stepMs));
  const perStep = Math.ceil(waiting.length / steps);
  const deadline = Date.now() + drainMs;
  for (let first = 0; first < waiting.length; first += perStep) {
    for (const session of waiting.slice(first, first + perStep)) askToMove(session, stepMs);
    await delay(Math.min(stepMs, Math.max(0, deadline - Date.now())));
  }
  while (sessions.size > 0 && Date.now() < deadline) await delay(25);
  for (const session of sessions.all()) session.close('draining');
  const end = Date.now() + farewellMs;
  while (sessions.size > 0 && Date.now() < end) await delay(25);
  for (const session of sessions.all()) session.terminate();
}
