/** Which legs are on sockets of this node: what must be written when such a socket closes. */
export interface LegSocketsOptions {
  /**
   * Takes the socket off its leg, and the leg out of the call where its user may not return;
   * rejects where the database could not be reached.
   */
  readonly detach: (callId: string, sessionId: string, mayReturn: boolean) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

export class LegSockets {
  readonly #options: LegSocketsOptions;
  readonly #callsOf = new Map<string, Set<string>>();
  readonly #sessionsOf = new Map<string, Set<string>>();
  /** Closed sockets that are still on a leg, and whether their users may return. */
  readonly #owed = new Map<string, boolean>();

  constructor(options: LegSocketsOptions) {
    this.#options = options;
  }

  get callCount(): number {
    return this.#sessionsOf.size;
  }

  isBound(sessionId: string): boolean {
    return this.#callsOf.has(sessionId);
  }

  bind(sessionId: string, callId: string): void {
    link(this.#callsOf, sessionId, callId);
    link(this.#sessionsOf, callId, sessionId);
  }

  /** The call is over. */
  release(callId: string): void {
    for (const sessionId of this.#sessionsOf.get(callId) ?? []) this.#unbind(sessionId, callId);
  }

  closed(sessionId: string, mayReturn: boolean): void {
    if (!this.#callsOf.has(sessionId)) return;
    const returns = mayReturn && this.#owed.get(sessionId) !== false;
    this.#owed.set(sessionId, returns);
    void this.#settle(sessionId, returns);
  }

  /** Tries again what could not be written. */
  async settleAll(): Promise<void> {
    for (const [sessionId, mayReturn] of [...this.#owed]) await this.#settle(sessionId, mayReturn);
  }

  async #settle(sessionId: string, mayReturn: boolean): Promise<void> {
    for (const callId of [...(this.#callsOf.get(sessionId) ?? [])]) {
      try {
        await this.#options.detach(callId, sessionId, mayReturn);
        this.#unbind(sessionId, callId);
      } catch (error) {
        this.#options.onError(error);
      }
    }
    if (!this.#callsOf.has(sessionId)) this.#owed.delete(sessionId);
  }

  #unbind(sessionId: string, callId: string): void {
    unlink(this.#callsOf, sessionId, callId);
    unlink(this.#sessionsOf, callId, sessionId);
  }
}

function link(links: Map<string, Set<string>>, from: string, to: string): void {
  const present = links.get(from);
  if (present === undefined) links.set(from, new Set([to]));
  else present.add(to);
}

function unlink(links: Map<string, Set<string>>, from: string, to: string): void {
  const present = links.get(from);
  present?.delete(to);
  if (present?.size === 0) links.delete(from);
}
