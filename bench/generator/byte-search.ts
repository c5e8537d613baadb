// Fields are taken from JSON by their bytes, not by parsing: a generator that parses would measure
// itself. Frames of one kind have their fields at nearly the same place, so each search tries the
// place of the last hit first.

const digit0 = 48;
const digit9 = 57;

export class ByteSearch {
  readonly #needle: Buffer;
  #offset = 0;

  constructor(needle: string) {
    this.#needle = Buffer.from(needle);
  }

  /** The index just behind the needle in `bytes[start, end)`, or -1. */
  after(bytes: Buffer, start: number, end: number): number {
    const needleBytes = this.#needle.length;
    // A field moves by a few bytes when numbers before it gain a digit.
    for (let shift = 0; shift <= 2; shift++) {
      const guess = start + this.#offset + shift;
      if (this.#matches(bytes, guess) && guess + needleBytes <= end) return guess + needleBytes;
    }
    const found = bytes.indexOf(this.#needle, start);
    if (found < 0 || found + needleBytes > end) return -1;
    this.#offset = found - start;
    return found + needleBytes;
  }

  #matches(bytes: Buffer, at: number): boolean {
    const needle = this.#needle;
    for (let i = 0; i < needle.length; i++) if (bytes[at + i] !== needle[i]) return false;
    return true;
  }
}

/** The unsigned decimal number that begins at `at`; 0 when there is none. */
export function readNumber(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; ; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < digit0 || byte > digit9) return value;
    value = value * 10 + (byte - digit0);
  }
}

/** Whether `bytes` continue with `text` at `at`. */
export function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}
