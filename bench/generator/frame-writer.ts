// Client frames with the mask key 0: masked as RFC 6455 §5.3 demands, yet with the payload as it
// is, so that a frame can be prepared once and patched in place.
import { opcodes } from './frame-reader.ts';

const maskBit = 0x80;

/** One whole client frame. */
export function clientFrame(payload: string | Buffer, opcode: number = opcodes.text): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const header = frameHeader(body.length, opcode);
  return Buffer.concat([header, body]);
}

/** Text frames that leave together. */
export function clientFrames(payloads: readonly string[]): Buffer {
  return Buffer.concat(payloads.map((payload) => clientFrame(payload)));
}

function frameHeader(payloadBytes: number, opcode: number): Buffer {
  const first = 0x80 | opcode;
  if (payloadBytes < 126) return Buffer.from([first, maskBit | payloadBytes, 0, 0, 0, 0]);
  if (payloadBytes < 65_536) {
    return Buffer.from([first, maskBit | 126, payloadBytes >> 8, payloadBytes & 255, 0, 0, 0, 0]);
  }
  throw new Error(`a frame of ${payloadBytes} bytes is larger than the generator sends`);
}
