import type { Session } from './session.ts';

/** What is told of a session that may serve elsewhere. */
export type Movable = Pick<Session, 'sessionId' | 'userId' | 'deviceId' | 'cursor' | 'control'>;

/** Asks a client to connect anew at some moment within that time, and to stay until it has. */
export function askToMove(session: Movable, withinMs: number): void {
  const { cursor } = session;
  const reconnectAfterMs = Math.floor(Math.random() * withinMs);
  session.control('session.draining', { cursor, reconnectAfterMs });
}
