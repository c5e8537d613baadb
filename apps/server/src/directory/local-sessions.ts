import type { Notice } from '#delivery/outgoing.js';
import type { Connected } from './directory.ts';

/** The sockets of this node by user: what notices of other nodes are carried out on. */
export class LocalSessions {
  readonly #users = new Map<string, Map<string, Connected>>();

  add(session: Connected): void {
    const present = this.#users.get(session.userId);
    if (present === undefined) {
      this.#users.set(session.userId, new Map([[session.sessionId, session]]));
    } else {
      present.set(session.sessionId, session);
    }
  }

  remove({ userId, sessionId }: Connected): void {
    const present = this.#users.get(userId);
    present?.delete(sessionId);
    if (present?.size === 0) this.#users.delete(userId);
  }

  has(userId: string): boolean {
    return this.#users.has(userId);
  }

  holds({ userId, sessionId }: Connected): boolean {
    return this.#users.get(userId)?.has(sessionId) === true;
  }

  all(): readonly Connected[] {
    return [...this.#users.values()].flatMap((sessions) => [...sessions.values()]);
  }

  /** Closes what a notice says is to be closed. */
  obey(notice: Notice): void {
    if (notice.topic !== 'sessionReplaced') return;
    this.#users.get(notice.userId)?.get(notice.sessionId)?.close('replaced');
  }
}
