import { Audience, type FindMembers } from './audience.ts';
import { frameBytes } from './encode-frame.ts';
import type { DurableOutgoing, PassingOutgoing } from './outgoing.ts';
import type { Subscriber } from './subscriber.ts';

export type ConversationEvent = DurableOutgoing | PassingOutgoing;

export interface LargeAudiencesOptions {
  readonly users: ReadonlyMap<string, readonly Subscriber[]>;
  readonly findMembers: FindMembers;
  readonly onDelivered?: (frames: number) => void;
  readonly onError: (error: unknown, doing: string) => void;
}

const retryMs = 1_000;

/** Delivery in conversations too large to name their members: to those of them connected here. */
export class LargeAudiences {
  readonly #options: LargeAudiencesOptions;
  readonly #audiences = new Map<string, Audience>();
  readonly #waiting = new Map<string, ConversationEvent[]>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: LargeAudiencesOptions) {
    this.#options = options;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  connected(userId: string): void {
    for (const audience of this.#audiences.values()) audience.connected(userId);
  }

  disconnected(userId: string): void {
    for (const audience of this.#audiences.values()) audience.disconnected(userId);
  }

  /** Whether events of this conversation wait for its audience to be found. */
  waiting(conversationId: string): boolean {
    return this.#waiting.has(conversationId);
  }

  forget(conversationId: string): void {
    this.#audiences.delete(conversationId);
  }

  forgetIdle(idleMs: number): void {
    const idleSince = Date.now() - idleMs;
    for (const [conversationId, audience] of this.#audiences) {
      if (audience.touchedAt < idleSince && !this.#waiting.has(conversationId)) {
        this.#audiences.delete(conversationId);
      }
    }
  }

  deliver(conversationId: string, events: ConversationEvent[]): void {
    const backlog = this.#waiting.get(conversationId);
    if (backlog !== undefined) {
      backlog.push(...events);
      return;
    }
    let audience = this.#audiences.get(conversationId);
    if (audience === undefined) {
      audience = new Audience(this.#options.users.keys());
      this.#audiences.set(conversationId, audience);
    }
    audience.touchedAt = Date.now();
    if (audience.complete) {
      this.#send(audience, events);
      return;
    }
    this.#waiting.set(conversationId, events);
    this.#check(conversationId, audience);
  }

  /**
   * Events wait for the users who were connected when they came. Who connects later reads the log
   * after that: waiting for them too, in a storm, would be waiting for its end.
   */
  #check(conversationId: string, audience: Audience): void {
    const events = this.#waiting.get(conversationId) ?? [];
    const count = events.length;
    audience.check(conversationId, this.#options.findMembers).then(
      () => {
        this.#send(audience, events.splice(0, count));
        if (events.length > 0 && !audience.complete) {
          this.#check(conversationId, audience);
          return;
        }
        this.#waiting.delete(conversationId);
        this.#send(audience, events);
      },
      (error: unknown) => {
        this.#options.onError(error, 'finding the audience of a conversation');
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          this.#check(conversationId, audience);
        }, retryMs);
        this.#timers.add(timer);
      },
    );
  }

  /** Runs of events that go to the same sockets leave as one piece of bytes. */
  #send(audience: Audience, events: readonly ConversationEvent[]): void {
    let run: DurableOutgoing[] = [];
    const flush = (): void => {
      const [first] = run;
      if (first === undefined) return;
      const bytes = Buffer.concat(run.map((event) => frameBytes(event.frame)));
      let sockets = 0;
      for (const subscribers of audience.subscribers(first.pos, this.#options.users)) {
        for (const subscriber of subscribers) subscriber.send(bytes, run.length);
        sockets += subscribers.length;
      }
      this.#options.onDelivered?.(sockets * run.length);
      run = [];
    };
    for (const event of events) {
      if (event.kind !== 'durable') {
        flush();
        this.#pass(audience, event);
      } else if (event.joined === undefined && event.left === undefined) {
        run.push(event);
      } else {
        flush();
        if (event.joined !== undefined) audience.joined(event.joined, event.pos);
        if (event.left !== undefined) audience.left(event.left, event.pos);
        run.push(event);
        flush();
      }
    }
    flush();
  }

  #pass(audience: Audience, event: PassingOutgoing): void {
    const bytes = frameBytes(event.frame);
    for (const subscribers of audience.subscribers(Number.MAX_SAFE_INTEGER, this.#options.users)) {
      for (const subscriber of subscribers) {
        if (subscriber.userId === event.exceptUserId) continue;
        if (event.kind === 'ephemeral') subscriber.sendEphemeral(bytes);
        else subscriber.send(bytes, 1);
      }
    }
  }
}
