import type { DurableOutgoing } from './outgoing.ts';

/** A conversation that was quiet this long has no row that the tail has not delivered. */
const settledMs = 15_000;
/** Events that may wait behind a gap of one conversation; past it the log is read instead. */
const heldMax = 1_024;

export interface Position {
  last: number;
  readonly held: Map<number, DurableOutgoing>;
  repairing: boolean;
}

export type Judgement = 'next' | 'old' | 'gap' | 'firstSight';

/**
 * The newest position delivered of each active conversation, in two generations: what was not
 * touched during a whole generation is forgotten, so memory follows activity.
 */
export class Positions {
  #young = new Map<string, Position>();
  #old = new Map<string, Position>();

  get(conversationId: string): Position | undefined {
    const young = this.#young.get(conversationId);
    if (young !== undefined) return young;
    const old = this.#old.get(conversationId);
    if (old !== undefined) {
      this.#old.delete(conversationId);
      this.#young.set(conversationId, old);
    }
    return old;
  }

  /**
   * Where an event stands. At the first sight of a conversation nothing tells whether the rows
   * before were delivered here, unless the conversation had been quiet for longer than the tail
   * needs: then they were.
   */
  judge(event: DurableOutgoing): Judgement {
    const position = this.get(event.conversationId);
    if (position === undefined) {
      if (event.pos > 1 && event.quietMs < settledMs) return 'firstSight';
      this.start(event.conversationId, event.pos - 1);
      return 'next';
    }
    if (event.pos <= position.last) return 'old';
    return event.pos === position.last + 1 ? 'next' : 'gap';
  }

  start(conversationId: string, last: number): Position {
    const position: Position = { last, held: new Map(), repairing: false };
    this.#young.set(conversationId, position);
    return position;
  }

  /** Keeps an event until those before it have come; false where there is no room. */
  hold(position: Position, event: DurableOutgoing): boolean {
    if (position.held.size >= heldMax) return false;
    position.held.set(event.pos, event);
    return true;
  }

  /** Forgets conversations idle since the last turn, except those with a gap under repair. */
  turnGeneration(): void {
    const kept = [...this.#old].filter(([, position]) => position.repairing);
    this.#old = this.#young;
    this.#young = new Map(kept);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
