// Reads a server's WebSocket frames (RFC 6455 §5.2) from the bytes of one socket, without copying
// them: a frame is handed on as a range of the read buffer. Only the frame that a read cuts in two
// is carried over.

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Called for every frame; the bytes are valid until it returns. */
export type FrameSink = (opcode: number, bytes: Buffer, start: number, end: number) => void;

export class FrameReader {
  readonly #sink: FrameSink;
  #carry: Buffer | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes one read's bytes; they may be overwritten afterwards. */
  push(chunk: Buffer): void {
    const bytes = this.#carry === undefined ? chunk : Buffer.concat([this.#carry, chunk]);
    const used = this.#readAll(bytes);
    this.#carry = used === bytes.length ? undefined : Buffer.from(bytes.subarray(used));
  }

  #readAll(bytes: Buffer): number {
    let at = 0;
    while (bytes.length - at >= 2) {
      const first = bytes[at] ?? 0;
      const short = bytes[at + 1] ?? 0;
      // The generator's servers never fragment and never mask; either would be their fault.
      if ((first & 0x80) === 0 || (short & 0x80) !== 0) throw new Error('unexpected frame');
      const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length - at < headerBytes) break;
      const payloadBytes =
        short < 126
          ? short
          : short === 126
            ? ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
            : Number(bytes.readBigUInt64BE(at + 2));
      const start = at + headerBytes;
      const end = start + payloadBytes;
      if (end > bytes.length) break;
      this.#sink(first & 0x0f, bytes, start, end);
      at = end;
    }
    return at;
  }
}
