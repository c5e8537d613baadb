import { expect, test } from 'vitest';
import { FrameReader, opcodes } from './frame-reader.ts';

function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const long = Buffer.alloc(10);
  long.set([0x81, 127]);
  long.writeBigUInt64BE(BigInt(length), 2);
  const header =
    length < 126
      ? Buffer.from([0x81, length])
      : length < 65_536
        ? Buffer.from([0x81, 126, length >> 8, length & 255])
        : long;
  return Buffer.concat([header, payload]);
}

function reading(): { reader: FrameReader; texts: string[] } {
  const texts: string[] = [];
  const reader = new FrameReader((opcode, bytes, start, end) => {
    expect(opcode).toBe(opcodes.text);
    texts.push(bytes.toString('utf8', start, end));
  });
  return { reader, texts };
}

const small = ['', 'short', 'x'.repeat(125), 'y'.repeat(126), 'last'];
const large = ['z'.repeat(70_000), 'last'];

/** What is read of frames that arrive in pieces of these sizes, the last of them again and again. */
function readInPieces(sent: readonly string[], ...sizes: readonly number[]): readonly string[] {
  const { reader, texts } = reading();
  const stream = Buffer.concat(sent.map(serverFrame));
  // The reads of a socket all land in one buffer, which the next read overwrites.
  const buffer = Buffer.alloc(Math.max(...sizes));
  for (let at = 0, piece = 0; at < stream.length; piece++) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? 1;
    const copied = stream.copy(buffer, 0, at, at + size);
    reader.push(buffer.subarray(0, copied));
    buffer.fill(0xff);
    at += copied;
  }
  return texts;
}

test.each([1, 2, 3, 7, 128, 1_000])('reads frames cut every %i bytes', (cut) => {
  expect(readInPieces(small, cut)).toEqual(small);
});

test.each([1, 5, 9, 10, 11, 128, 80_000])('reads a frame of many bytes cut after %i', (cut) => {
  expect(readInPieces(large, cut, 1_000)).toEqual(large);
});

test('refuses a fragment and a masked frame', () => {
  expect(() => reading().reader.push(Buffer.from([0x01, 0x01, 0x41]))).toThrow('unexpected frame');
  expect(() => reading().reader.push(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x41]))).toThrow(
    'unexpected frame',
  );
});
