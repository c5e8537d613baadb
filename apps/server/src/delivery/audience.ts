import type { Subscriber } from './subscriber.ts';

/** Which of these users are members, and since which position. One query. */
export type FindMembers = (
  conversationId: string,
  userIds: readonly string[],
) => Promise<readonly { readonly userId: string; readonly joinedPos: number }[]>;

/**
 * The members of one large conversation who are connected here. Built at its first event, kept
 * current by joinings, removals and connections, dropped when idle.
 */
export class Audience {
  readonly #joinedPos = new Map<string, number>();
  #unchecked: string[] = [];
  touchedAt = 0;

  constructor(connected: Iterable<string>) {
    this.#unchecked = [...connected];
  }

  /** A user connected here; membership is looked up at the next event. */
  connected(userId: string): void {
    if (!this.#joinedPos.has(userId)) this.#unchecked.push(userId);
  }

  disconnected(userId: string): void {
    this.#joinedPos.delete(userId);
  }

  joined(userIds: readonly string[], pos: number): void {
    for (const userId of userIds) this.#joinedPos.set(userId, pos - 1);
  }

  left(userIds: readonly string[], pos: number): void {
    for (const userId of userIds) {
      const joined = this.#joinedPos.get(userId);
      if (joined !== undefined && joined < pos) this.#joinedPos.delete(userId);
    }
  }

  get complete(): boolean {
    return this.#unchecked.length === 0;
  }

  async check(conversationId: string, find: FindMembers): Promise<void> {
    const asked = this.#unchecked;
    this.#unchecked = [];
    try {
      for (const { userId, joinedPos } of await find(conversationId, asked)) {
        if (!this.#joinedPos.has(userId)) this.#joinedPos.set(userId, joinedPos);
      }
    } catch (error) {
      this.#unchecked = asked.concat(this.#unchecked);
      throw error;
    }
  }

  /** The subscribers to whom an event at `pos` goes. */
  *subscribers(
    pos: number,
    users: ReadonlyMap<string, readonly Subscriber[]>,
  ): Generator<readonly Subscriber[]> {
    for (const [userId, joinedPos] of this.#joinedPos) {
      const subscribers = users.get(userId);
      if (subscribers !== undefined && joinedPos < pos) yield subscribers;
    }
  }
}
