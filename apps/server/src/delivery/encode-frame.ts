import type { Frame } from './outgoing.ts';

const text = 0x81;

/**
 * A whole, unmasked WebSocket text frame (RFC 6455 §5.2) around a JSON text: written once, then
 * sent to any number of sockets as it is.
 */
export function encodeFrame(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = text;
  if (header === 2) {
    frame[1] = length;
  } else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(json, header, 'utf8');
  return frame;
}

/** A ping without a payload (RFC 6455 §5.5.2), which every client answers by itself. */
export const pingFrame: Buffer = Buffer.from([0x89, 0]);

/** The bytes of a frame, encoded here if they were not before. */
export const frameBytes = (frame: Frame): Buffer =>
  typeof frame === 'string' ? encodeFrame(frame) : frame;

/** The text that a frame carries. */
export function frameText(frame: Frame): string {
  if (typeof frame === 'string') return frame;
  const length = frame[1] ?? 0;
  return frame.toString('utf8', length < 126 ? 2 : length === 126 ? 4 : 10);
}
