/** So near the end counts as at the end. */
const nearPx = 48;
/** So near the beginning, older messages are asked for. */
const earlyPx = 600;

/**
 * Keeps what somebody reads where it is: at the end new messages push the old ones up, anywhere
 * else neither older messages above nor new ones below move anything.
 */
export class ScrollKeeper {
  #box: HTMLElement | null = null;
  #firstKey = '';
  #height = 0;
  #top = 0;
  atEnd = true;

  attach(box: HTMLElement): void {
    this.#box = box;
  }

  /** Somebody scrolled. */
  note(): void {
    const box = this.#box;
    if (box === null) return;
    this.#height = box.scrollHeight;
    this.#top = box.scrollTop;
    this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < nearPx;
  }

  /** The content was drawn anew, or the box has another size; `firstKey` names its first row. */
  settle(firstKey: string): void {
    const box = this.#box;
    if (box === null) return;
    if (this.atEnd) box.scrollTop = box.scrollHeight;
    else if (firstKey !== this.#firstKey) {
      box.scrollTop = this.#top + box.scrollHeight - this.#height;
    }
    this.#firstKey = firstKey;
    this.#height = box.scrollHeight;
    this.#top = box.scrollTop;
  }

  toEnd(smooth = false): void {
    this.atEnd = true;
    this.#box?.scrollTo({
      top: this.#box.scrollHeight,
      behavior: smooth ? 'smooth' : 'instant',
    });
  }

  get wantsOlder(): boolean {
    return this.#box !== null && this.#box.scrollTop < earlyPx;
  }
}
