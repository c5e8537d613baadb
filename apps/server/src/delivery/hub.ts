import { setTimeout as delay } from 'node:timers/promises';
import type { FindMembers } from './audience.ts';
import { frameBytes } from './encode-frame.ts';
import { type ConversationEvent, LargeAudiences } from './large-audiences.ts';
import type { DurableOutgoing, Outgoing, PersonalOutgoing, SignalOutgoing } from './outgoing.ts';
import { type Position, Positions } from './positions.ts';
import type { Subscriber } from './subscriber.ts';

/** What is missing of a conversation. Without `afterPos`: what the tail has not passed yet. */
export interface Missing {
  readonly conversationId: string;
  readonly afterPos: number | undefined;
  readonly beforePos: number;
}

/** The rows `afterPos < pos < beforePos` of each, or the first of them, ready to deliver. */
export type ReadMissing = (missing: readonly Missing[]) => Promise<readonly DurableOutgoing[]>;

/** Positions of a conversation, both ends included. */
export interface Stretch {
  readonly conversationId: string;
  readonly firstPos: number;
  readonly lastPos: number;
}

export interface HubOptions {
  readonly findMembers: FindMembers;
  readonly readMissing: ReadMissing;
  /** Every durable event in the order of its conversation, whether somebody here hears it or not. */
  readonly onOrdered?: (event: DurableOutgoing) => void;
  readonly onGapRepaired?: (rows: number) => void;
  readonly onDelivered?: (frames: number) => void;
  readonly onError: (error: unknown, doing: string) => void;
}

/** How long an event waits for the ones before it to come by themselves. */
const reorderMs = 100;
const retryMs = 1_000;
const lookUpMs = 5;
const reconciledAtOnce = 200;
const turnMs = 60_000;

/**
 * The sockets of this node by user, and the order of what reaches them. Knows no session and no
 * database: whoever has a `send` can subscribe, missing rows are asked for by a function.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #users = new Map<string, Subscriber[]>();
  readonly #positions = new Positions();
  readonly #large: LargeAudiences;
  readonly #timers = new Set<NodeJS.Timeout>();
  #personalKeys: [Set<string>, Set<string>] = [new Set(), new Set()];
  #turn: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#large = new LargeAudiences({ ...options, users: this.#users });
  }

  start(): void {
    this.#turn = setInterval(() => this.#turnGeneration(), turnMs);
    this.#turn.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#turn);
    this.#large.close();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  add(subscriber: Subscriber): void {
    const present = this.#users.get(subscriber.userId);
    if (present !== undefined) {
      present.push(subscriber);
      return;
    }
    this.#users.set(subscriber.userId, [subscriber]);
    this.#large.connected(subscriber.userId);
  }

  remove(subscriber: Subscriber): void {
    const present = this.#users.get(subscriber.userId);
    const index = present?.indexOf(subscriber) ?? -1;
    if (present === undefined || index < 0) return;
    present.splice(index, 1);
    if (present.length > 0) return;
    this.#users.delete(subscriber.userId);
    this.#large.disconnected(subscriber.userId);
  }

  subscribersOf(userId: string): readonly Subscriber[] {
    return this.#users.get(userId) ?? [];
  }

  /** Takes what the bus or the tail brings. */
  receive(batch: readonly Outgoing[]): void {
    const large = new Map<string, ConversationEvent[]>();
    for (const outgoing of batch) {
      if (outgoing.kind === 'durable') this.#order(outgoing, large);
      else if (outgoing.kind === 'personal') this.#personal(outgoing);
      else if (outgoing.kind === 'signal') this.#signal(outgoing);
      else if (outgoing.kind !== 'notice') this.#emit(outgoing, large);
    }
    for (const [conversationId, events] of large) this.#large.deliver(conversationId, events);
  }

  /**
   * Fetches what is missing of these conversations, many with each query; resolves, with how many
   * rows it brought, once all up to each `lastPos` was delivered.
   */
  async reconcile(passed: readonly Stretch[]): Promise<number> {
    let brought = 0;
    let open = passed.filter((stretch) => this.#reached(stretch) < stretch.lastPos);
    while (open.length > 0 && !this.#closed) {
      const now = open.slice(0, reconciledAtOnce);
      const reached = now.map((stretch) => this.#reached(stretch));
      const known = now.map(({ conversationId }) => this.#positions.get(conversationId));
      const missing = await this.#options.readMissing(
        now.map(({ conversationId, lastPos }, index) => {
          return { conversationId, afterPos: reached[index], beforePos: lastPos + 1 };
        }),
      );
      for (const [index, { conversationId }] of now.entries()) {
        if (known[index] === undefined) {
          this.#positions.start(conversationId, reached[index] ?? 0);
        }
      }
      this.receive(missing);
      brought += missing.length;
      const advanced = now.filter(
        (stretch, index) =>
          this.#reached(stretch) < stretch.lastPos &&
          this.#reached(stretch) > (reached[index] ?? 0),
      );
      open = [...advanced, ...open.slice(reconciledAtOnce)];
    }
    for (const { conversationId } of passed) {
      while (this.#large.waiting(conversationId) && !this.#closed) await delay(lookUpMs);
    }
    return brought;
  }

  /** The position up to which a conversation was delivered here; before the stretch if unknown. */
  #reached({ conversationId, firstPos }: Stretch): number {
    return this.#positions.get(conversationId)?.last ?? firstPos - 1;
  }

  #order(event: DurableOutgoing, large: Map<string, ConversationEvent[]>): void {
    const verdict = this.#positions.judge(event);
    if (verdict === 'old') return;
    const { conversationId } = event;
    if (verdict === 'next') {
      const position = this.#positions.get(conversationId);
      if (position === undefined) return;
      for (let next: DurableOutgoing | undefined = event; next !== undefined; ) {
        position.last = next.pos;
        this.#options.onOrdered?.(next);
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
    const afterPos = unknown ? undefined : position.last;
    this.#options.readMissing([{ conversationId, afterPos, beforePos }]).then(
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

  #emit(event: ConversationEvent, large: Map<string, ConversationEvent[]>): void {
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
    const exceptDevice = event.kind === 'durable' ? undefined : event.exceptDeviceId;
    for (const userId of recipients) {
      const subscribers = this.#users.get(userId);
      if (subscribers === undefined || userId === except) continue;
      bytes ??= frameBytes(event.frame);
      delivered += subscribers.length;
      for (const subscriber of subscribers) {
        if (subscriber.deviceId === exceptDevice) continue;
        if (event.kind === 'ephemeral') subscriber.sendEphemeral(bytes);
        else subscriber.send(bytes, 1);
      }
    }
    if (delivered > 0) this.#options.onDelivered?.(delivered);
    // The conversation may have shrunk below the bound at which recipients are named.
    if (event.kind === 'durable') this.#large.forget(conversationId);
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

  #signal({ userId, deviceId, frame }: SignalOutgoing): void {
    for (const subscriber of this.#users.get(userId) ?? []) {
      if (subscriber.deviceId === deviceId) subscriber.send(frameBytes(frame), 1);
    }
  }

  #turnGeneration(): void {
    this.#positions.turnGeneration();
    this.#personalKeys = [new Set(), this.#personalKeys[0]];
    this.#large.forgetIdle(turnMs);
  }

  #later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, delayMs);
    this.#timers.add(timer);
  }
}
