import { setTimeout as delay } from 'node:timers/promises';
import { Audience, type FindMembers } from './audience.ts';
import { frameBytes } from './encode-frame.ts';
import type { DurableOutgoing, Outgoing, PassingOutgoing, PersonalOutgoing } from './outgoing.ts';
import { type Position, Positions } from './positions.ts';
import type { Subscriber } from './subscriber.ts';

export interface HubOptions {
  readonly findMembers: FindMembers;
  /**
   * Rows of a conversation with `afterPos < pos < beforePos`, ready to deliver. Without `afterPos`
   * those that the tail has not passed yet.
   */
  readonly readMissing: (
    conversationId: string,
    afterPos: number | undefined,
    beforePos: number,
  ) => Promise<readonly DurableOutgoing[]>;
  readonly onGapRepaired?: (rows: number) => void;
  readonly onDelivered?: (frames: number) => void;
  readonly onError: (error: unknown, doing: string) => void;
}

/** How long an event waits for the ones before it to come by themselves. */
const reorderMs = 100;
const retryMs = 1_000;
const lookUpMs = 5;
const turnMs = 60_000;

/**
 * The sockets of this node by user, and the order of what reaches them. Knows no session and no
 * database: whoever has a `send` can subscribe, missing rows are asked for by a function.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #users = new Map<string, Subscriber[]>();
  readonly #positions = new Positions();
  readonly #audiences = new Map<string, Audience>();
  readonly #waiting = new Map<string, (DurableOutgoing | PassingOutgoing)[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #personalKeys: [Set<string>, Set<string>] = [new Set(), new Set()];
  #turn: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  start(): void {
    this.#turn = setInterval(() => this.#turnGeneration(), turnMs);
    this.#turn.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#turn);
    for (const timer of this.#timers) clearTimeout(timer);
  }

  add(subscriber: Subscriber): void {
    const present = this.#users.get(subscriber.userId);
    if (present !== undefined) {
      present.push(subscriber);
      return;
    }
    this.#users.set(subscriber.userId, [subscriber]);
    for (const audience of this.#audiences.values()) audience.connected(subscriber.userId);
  }

  remove(subscriber: Subscriber): void {
    const present = this.#users.get(subscriber.userId);
    const index = present?.indexOf(subscriber) ?? -1;
    if (present === undefined || index < 0) return;
    present.splice(index, 1);
    if (present.length > 0) return;
    this.#users.delete(subscriber.userId);
    for (const audience of this.#audiences.values()) audience.disconnected(subscriber.userId);
  }

  subscribersOf(userId: string): readonly Subscriber[] {
    return this.#users.get(userId) ?? [];
  }

  /** Takes what the bus or the tail brings. */
  receive(batch: readonly Outgoing[]): void {
    const large = new Map<string, (DurableOutgoing | PassingOutgoing)[]>();
    for (const outgoing of batch) {
      if (outgoing.kind === 'durable') this.#order(outgoing, large);
      else if (outgoing.kind === 'personal') this.#personal(outgoing);
      else this.#emit(outgoing, large);
    }
    for (const [conversationId, events] of large) this.#toAudience(conversationId, events);
  }

  /** Fetches what is missing; resolves, with how much, once all up to `lastPos` was delivered. */
  async reconcile(conversationId: string, firstPos: number, lastPos: number): Promise<number> {
    const position = this.#positions.get(conversationId);
    const after = position?.last ?? firstPos - 1;
    const { readMissing } = this.#options;
    const missing = after >= lastPos ? [] : await readMissing(conversationId, after, lastPos + 1);
    if (position === undefined) this.#positions.start(conversationId, after);
    this.receive(missing);
    while (this.#waiting.has(conversationId) && !this.#closed) await delay(lookUpMs);
    return missing.length;
  }

  #order(event: DurableOutgoing, large: Map<string, (DurableOutgoing | PassingOutgoing)[]>): void {
    const verdict = this.#positions.judge(event);
    if (verdict === 'old') return;
    const { conversationId } = event;
    if (verdict === 'next') {
      const position = this.#positions.get(conversationId);
      if (position === undefined) return;
      for (let next: DurableOutgoing | undefined = event; next !== undefined; ) {
        position.last = next.pos;
        this.#emit(next, large);
        position.held.delete(next.pos);
        next = position.held.size === 0 ? undefined : position.held.get(position.last + 1);
      }
      return;
    }
    const position =
      this.#positions.get(conversationId) ?? this.#positions.start(conversationId, event.pos - 1);
    this.#positions.hold(position, event);
    if (position.repairing) return;
    position.repairing = true;
    const unknown = verdict === 'firstSight';
    this.#later(unknown ? 0 : reorderMs, () => this.#repair(conversationId, position, unknown));
  }

  #repair(conversationId: string, position: Position, unknown: boolean): void {
    // Of the held events the first decides how far the gap reaches.
    const beforePos = Math.min(...position.held.keys());
    if (position.held.size === 0 || (!unknown && beforePos <= position.last)) {
      position.repairing = false;
      return;
    }
    const after = unknown ? undefined : position.last;
    this.#options.readMissing(conversationId, after, beforePos).then(
      (missing) => {
        position.repairing = false;
        if (missing.length > 0) this.#options.onGapRepaired?.(missing.length);
        const [first] = missing;
        if (unknown) position.last = (first?.pos ?? beforePos) - 1;
        const held = [...position.held.values()].sort((a, b) => a.pos - b.pos);
        position.held.clear();
        this.receive([...missing, ...held]);
      },
      (error: unknown) => {
        this.#options.onError(error, 'repairing a gap');
        this.#later(retryMs, () => this.#repair(conversationId, position, unknown));
      },
    );
  }

  #emit(
    event: DurableOutgoing | PassingOutgoing,
    large: Map<string, (DurableOutgoing | PassingOutgoing)[]>,
  ): void {
    const { recipients, conversationId } = event;
    if (recipients === null) {
      const events = large.get(conversationId);
      if (events === undefined) large.set(conversationId, [event]);
      else events.push(event);
      return;
    }
    let bytes: Buffer | undefined;
    let delivered = 0;
    const except = event.kind === 'durable' ? undefined : event.exceptUserId;
    for (const userId of recipients) {
      const subscribers = this.#users.get(userId);
      if (subscribers === undefined || userId === except) continue;
      bytes ??= frameBytes(event.frame);
      delivered += subscribers.length;
      for (const subscriber of subscribers) {
        if (event.kind === 'ephemeral') subscriber.sendEphemeral(bytes);
        else subscriber.send(bytes, 1);
      }
    }
    if (delivered > 0) this.#options.onDelivered?.(delivered);
    if (this.#audiences.has(conversationId) && event.kind === 'durable') {
      // The conversation has shrunk below the bound at which recipients are named.
      this.#audiences.delete(conversationId);
    }
  }

  #toAudience(conversationId: string, events: (DurableOutgoing | PassingOutgoing)[]): void {
    const backlog = this.#waiting.get(conversationId);
    if (backlog !== undefined) {
      backlog.push(...events);
      return;
    }
    let audience = this.#audiences.get(conversationId);
    if (audience === undefined) {
      audience = new Audience(this.#users.keys());
      this.#audiences.set(conversationId, audience);
    }
    audience.touchedAt = Date.now();
    if (audience.complete) {
      this.#deliver(audience, events);
      return;
    }
    this.#waiting.set(conversationId, events);
    this.#check(conversationId, audience);
  }

  #check(conversationId: string, audience: Audience): void {
    audience.check(conversationId, this.#options.findMembers).then(
      () => {
        const events = this.#waiting.get(conversationId) ?? [];
        this.#waiting.delete(conversationId);
        this.#toAudience(conversationId, events);
      },
      (error: unknown) => {
        this.#options.onError(error, 'finding the audience of a conversation');
        this.#later(retryMs, () => this.#check(conversationId, audience));
      },
    );
  }

  /** Runs of events that go to the same sockets leave as one piece of bytes. */
  #deliver(audience: Audience, events: readonly (DurableOutgoing | PassingOutgoing)[]): void {
    let run: DurableOutgoing[] = [];
    const flush = (): void => {
      const [first] = run;
      if (first === undefined) return;
      const bytes = Buffer.concat(run.map((event) => frameBytes(event.frame)));
      let sockets = 0;
      for (const subscribers of audience.subscribers(first.pos, this.#users)) {
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
    for (const subscribers of audience.subscribers(Number.MAX_SAFE_INTEGER, this.#users)) {
      for (const subscriber of subscribers) {
        if (subscriber.userId === event.exceptUserId) continue;
        if (event.kind === 'ephemeral') subscriber.sendEphemeral(bytes);
        else subscriber.send(bytes, 1);
      }
    }
  }

  /** Whether this row of a user's log was delivered, or had nobody here to go to. */
  hasSeen(key: string): boolean {
    const [young, old] = this.#personalKeys;
    return young.has(key) || old.has(key);
  }

  #personal(event: PersonalOutgoing): void {
    if (this.hasSeen(event.key)) return;
    this.#personalKeys[0].add(event.key);
    const subscribers = this.#users.get(event.userId);
    if (subscribers === undefined) return;
    const bytes = frameBytes(event.frame);
    for (const subscriber of subscribers) subscriber.send(bytes, 1);
  }

  #turnGeneration(): void {
    this.#positions.turnGeneration();
    this.#personalKeys = [new Set(), this.#personalKeys[0]];
    const idleSince = Date.now() - turnMs;
    for (const [conversationId, audience] of this.#audiences) {
      if (audience.touchedAt < idleSince && !this.#waiting.has(conversationId)) {
        this.#audiences.delete(conversationId);
      }
    }
  }

  #later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    this.#timers.add(timer);
  }
}
