import { toClientError } from '../client-error.ts';
import type { Clock } from '../clock.ts';
import type { Requests } from '../requests/requests.ts';
import { type Soonest, soonest } from '../soonest.ts';

interface Marker {
  readSeq: number;
  deliveredSeq: number;
  underWay: boolean;
}

const deliveredEveryMs = 1_000;
const retryMs = 2_000;
const maxUnderWay = 4;

/**
 * Tells the service what was read and delivered: only ever the newest value of a conversation, one
 * request at a time for each, until it is acknowledged or refused for good.
 */
export class Markers {
  readonly #requests: Requests;
  readonly #clock: Clock;
  readonly #wanted = new Map<string, Marker>();
  readonly #flushSoon: Soonest;
  #online = false;
  #underWay = 0;
  #notBeforeMs = 0;

  constructor(requests: Requests, clock: Clock) {
    this.#requests = requests;
    this.#clock = clock;
    this.#flushSoon = soonest(clock, () => this.#flush());
  }

  read(conversationId: string, seq: number): void {
    const marker = this.#marker(conversationId);
    marker.readSeq = Math.max(marker.readSeq, seq);
    this.#flush();
  }

  /** Sent within a second, together with whatever else was delivered until then. */
  delivered(conversationId: string, seq: number): void {
    const marker = this.#marker(conversationId);
    marker.deliveredSeq = Math.max(marker.deliveredSeq, seq);
    this.#flushSoon.within(deliveredEveryMs);
  }

  forget(conversationId: string): void {
    this.#wanted.delete(conversationId);
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (online) this.#flush();
  }

  close(): void {
    this.#online = false;
    this.#flushSoon.cancel();
    this.#wanted.clear();
  }

  #marker(conversationId: string): Marker {
    const known = this.#wanted.get(conversationId);
    if (known !== undefined) return known;
    const marker = { readSeq: 0, deliveredSeq: 0, underWay: false };
    this.#wanted.set(conversationId, marker);
    return marker;
  }

  #flush(): void {
    if (!this.#online) return;
    const waitMs = this.#notBeforeMs - this.#clock.now();
    if (waitMs > 0) {
      this.#flushSoon.within(waitMs);
      return;
    }
    for (const [conversationId, marker] of this.#wanted) {
      if (this.#underWay >= maxUnderWay) break;
      if (!marker.underWay) void this.#send(conversationId, marker);
    }
  }

  async #send(conversationId: string, marker: Marker): Promise<void> {
    const { readSeq, deliveredSeq } = marker;
    marker.underWay = true;
    this.#underWay += 1;
    try {
      // What was read was delivered too.
      if (readSeq > 0) {
        await this.#requests.request('receipt.read', { conversationId, seq: readSeq });
      }
      if (deliveredSeq > readSeq) {
        await this.#requests.request('receipt.delivered', { conversationId, seq: deliveredSeq });
      }
      this.#told(conversationId, marker, readSeq, deliveredSeq);
    } catch (error) {
      this.#failed(conversationId, marker, error);
    } finally {
      marker.underWay = false;
      this.#underWay -= 1;
    }
    this.#flush();
  }

  #told(conversationId: string, marker: Marker, readSeq: number, deliveredSeq: number): void {
    if (marker.readSeq === readSeq) marker.readSeq = 0;
    if (marker.deliveredSeq === deliveredSeq) marker.deliveredSeq = 0;
    if (marker.readSeq === 0 && marker.deliveredSeq === 0) this.#wanted.delete(conversationId);
  }

  #failed(conversationId: string, marker: Marker, error: unknown): void {
    const failure = toClientError(error);
    if (failure.retryable) {
      this.#notBeforeMs = this.#clock.now() + (failure.retryAfterMs ?? retryMs);
    } else if (this.#wanted.get(conversationId) === marker) {
      this.#wanted.delete(conversationId);
    }
  }
}
