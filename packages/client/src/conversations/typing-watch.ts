import { limits } from '@nova/protocol/wire';
import type { Clock } from '../clock.ts';
import { type Soonest, soonest } from '../soonest.ts';

/** Who is typing where. An entry that is not renewed ends; one timer looks after all of them. */
export class TypingWatch {
  readonly #clock: Clock;
  readonly #onChange: (conversationId: string) => void;
  /** Conversation → user → when to forget. */
  readonly #typing = new Map<string, Map<string, number>>();
  readonly #sweepSoon: Soonest;

  constructor(clock: Clock, onChange: (conversationId: string) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#sweepSoon = soonest(clock, () => this.#sweep());
  }

  users(conversationId: string): readonly string[] {
    return [...(this.#typing.get(conversationId)?.keys() ?? [])];
  }

  started(conversationId: string, userId: string): void {
    const users = this.#typing.get(conversationId) ?? new Map<string, number>();
    this.#typing.set(conversationId, users);
    const isNew = !users.has(userId);
    users.set(userId, this.#clock.now() + limits.typingExpiresMs);
    this.#sweepSoon.within(limits.typingExpiresMs);
    if (isNew) this.#onChange(conversationId);
  }

  stopped(conversationId: string, userId: string): void {
    const users = this.#typing.get(conversationId);
    if (users?.delete(userId) !== true) return;
    if (users.size === 0) this.#typing.delete(conversationId);
    this.#onChange(conversationId);
  }

  close(): void {
    this.#sweepSoon.cancel();
    this.#typing.clear();
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [conversationId, users] of this.#typing) {
      for (const [userId, untilMs] of users) {
        if (untilMs <= nowMs) this.stopped(conversationId, userId);
        else nextMs = Math.min(nextMs, untilMs);
      }
    }
    if (this.#typing.size > 0) this.#sweepSoon.within(nextMs - nowMs);
  }
}
