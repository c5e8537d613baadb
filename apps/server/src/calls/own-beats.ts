import { limits } from '@nova/protocol/wire';

/** A node that was silent for so long has lost its sockets, as far as calls go. */
export const silentMs = 15_000;

/** For how long this node has been heard of without a pause, and what it may therefore judge. */
export class OwnBeats {
  #sinceMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** The others can read that this node is there. */
  beaten(nowMs: number): void {
    if (this.unbrokenMs(nowMs) === 0) this.#sinceMs = nowMs;
    this.#lastMs = nowMs;
  }

  unbrokenMs(nowMs: number): number {
    return nowMs - this.#lastMs > silentMs ? 0 : nowMs - this.#sinceMs;
  }

  /**
   * Who began just now, or was cut off from the database, cannot tell whether the others were there.
   * If they were not, no device could say that it is still in its call, and time does not count
   * against it: from the return of the service on it has as long to come back as after the loss of
   * a socket, which is the longest that a client waits between two tries.
   */
  maySettle(nowMs: number): boolean {
    return this.unbrokenMs(nowMs) > limits.callGraceMs;
  }
}
