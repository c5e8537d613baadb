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

const sent = ['', 'short', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(70_000), 'last'];
const stream = Buffer.concat(sent.map(serverFrame));

test.each([1, 2, 3, 7, 128, 1_000, stream.length])('reads frames cut every %i bytes', (cut) => {
  const { reader, texts } = reading();
  // The reads of a socket all land in one buffer, which the next read overwrites.
  const buffer = Buffer.alloc(cut);
  for (let at = 0; at < stream.length; at += cut) {
    const size = stream.copy(buffer, 0, at, at + cut);
    reader.push(buffer.subarray(0, size));
    buffer.fill(0xff);
  }
  expect(texts).toEqual(sent);
});

test('refuses a fragment and a masked frame', () => {
  expect(() => reading().reader.push(Buffer.from([0x01, 0x01, 0x41]))).toThrow('unexpected frame');
  expect(() => reading().reader.push(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x41]))).toThrow(
    'unexpected frame',
  );
});
