import type { Dialect } from './dialects/dialect.ts';
import { clientFrames } from './frame-writer.ts';

// Request ids have ten digits from the first to the last, so that they fit the same place.
export const firstRequestId = 1_000_000_000;
const idPlace = '00000000-0000-7000-8000-000000000000';
const clockDigits = 15;
const clockPlace = '9'.repeat(clockDigits);

// Of a process: more than it uses, and digits for ninety processes.
const requestIdBlock = 100_000_000;

let requestIds = firstRequestId;
let messages = Math.floor(Math.random() * 2 ** 24) * 2 ** 24;

/** Gives the generator process so numbered, from 0, ids that no other uses. */
export function beginRequestIds(processIndex: number): void {
  requestIds = firstRequestId + processIndex * requestIdBlock;
}

/** Unique among the generator processes once each has begun its own. */
export function nextRequestId(): number {
  requestIds += 1;
  return requestIds;
}

/** A UUIDv7 (RFC 9562 §5.7) whose random part is this process's counter. */
export function newMessageId(): string {
  const millis = Date.now().toString(16).padStart(12, '0');
  messages += 1;
  const counter = messages.toString(16).padStart(12, '0');
  return `${millis.slice(0, 8)}-${millis.slice(8)}-7000-8000-${counter}`;
}

/**
 * A `message.send` frame prepared for one sender and conversation. The text begins with the time
 * at which it was sent, so that whoever receives it can tell how long it took.
 */
export class MessageTemplate {
  readonly #frame: Buffer;
  /** More than one where the message repeats the id of its request. */
  readonly #requestAt: readonly number[];
  readonly #idAt: number;
  readonly #clockAt: number;

  constructor(dialect: Dialect, conversationId: string, textBytes: number, userId: string) {
    const text = `${clockPlace} `.padEnd(textBytes, 'abcdefghijklmnopqrstuvwxyz');
    const data = { conversationId, id: idPlace, text };
    this.#frame = clientFrames(dialect.request(firstRequestId, 'message.send', data, userId));
    this.#requestAt = places(this.#frame, String(firstRequestId));
    this.#idAt = this.#frame.indexOf(idPlace);
    this.#clockAt = this.#frame.indexOf(clockPlace);
  }

  /** A frame of its own, with a fresh UUIDv7. */
  frame(requestId: number, sentAtMicros: number): Buffer {
    const frame = Buffer.from(this.#frame);
    for (const at of this.#requestAt) frame.write(String(requestId), at, 'latin1');
    frame.write(newMessageId(), this.#idAt, 'latin1');
    frame.write(String(sentAtMicros).padStart(clockDigits, '0'), this.#clockAt, 'latin1');
    return frame;
  }
}

function places(frame: Buffer, text: string): number[] {
  const found: number[] = [];
  for (let at = frame.indexOf(text); at >= 0; at = frame.indexOf(text, at + 1)) found.push(at);
  return found;
}
