/**
 * What one socket received of its one conversation. A sequenced conversation must arrive as
 * n, n+1, n+2 …: a number that comes late is out of order, one that comes again is a duplicate.
 * Without sequence numbers the count can be checked, and that what should grow does.
 */
export class SequenceCheck {
  received = 0;
  /** After a resume the wire may repeat what the reader, by its position, passes over. */
  #repeatsAllowed = false;
  /** Until what was missed has come, what is new may overtake it. */
  #resuming = false;
  duplicated = 0;
  outOfOrder = 0;
  #next: number;
  /** The greatest of those without a number. */
  #newest = 0;
  readonly #missing = new Set<number>();

  constructor(firstSeq: number) {
    this.#next = firstSeq;
  }

  beginResume(): void {
    this.#repeatsAllowed = true;
    this.#resuming = true;
  }

  endResume(): void {
    this.#resuming = false;
  }

  /** One with a place among all, from 1. */
  take(seq: number): void {
    if (seq >= this.#next) {
      for (let skipped = this.#next; skipped < seq; skipped++) this.#missing.add(skipped);
      this.#next = seq + 1;
      this.received += 1;
    } else if (this.#missing.delete(seq)) {
      if (!this.#resuming) this.outOfOrder += 1;
      this.received += 1;
    } else if (!this.#repeatsAllowed) {
      this.duplicated += 1;
    }
  }

  /** One of which only the order among those received is known; 0 where not even that. */
  takeUnnumbered(order: number): void {
    if (order !== 0 && order === this.#newest) {
      this.duplicated += 1;
      return;
    }
    // One that was overtaken, or an old one again: then there are too many in the end.
    if (order !== 0 && order < this.#newest) this.outOfOrder += 1;
    this.#newest = Math.max(this.#newest, order);
    this.received += 1;
  }

  /** Messages of `sent` that did not arrive. */
  lost(sent: number): number {
    return Math.max(0, sent - this.received);
  }

  /** Duplicates, counted ones and those that only the total gives away. */
  repeated(sent: number): number {
    return this.duplicated + Math.max(0, this.received - sent);
  }
}
