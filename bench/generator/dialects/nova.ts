import { readNumber, startsWith } from '../byte-search.ts';
import { type Dialect, type Inbound, readSeq } from './dialect.ts';

const reply = Buffer.from('{"reply":');
const failure = Buffer.from(',"error"');
const created = Buffer.from('{"event":"message.created"');
const ready = Buffer.from('{"event":"session.ready"');

/** The service's own protocol, which the bare `ws` peer speaks as well. */
export const nova: Dialect = {
  handshake: (token) => ({
    path: '/ws',
    headers: { 'Sec-WebSocket-Protocol': 'nova.v1', Authorization: `Bearer ${token}` },
  }),
  request: (id, type, data) => JSON.stringify({ id, type, data }),
  read(bytes: Buffer, start: number, end: number, into: Inbound): void {
    if (startsWith(bytes, start, created)) {
      into.kind = 'message';
      into.seq = readSeq(bytes, start, end);
    } else if (startsWith(bytes, start, reply)) {
      into.kind = 'reply';
      into.requestId = readNumber(bytes, start + reply.length);
      const idDigits = String(into.requestId).length;
      into.failed = startsWith(bytes, start + reply.length + idDigits, failure);
    } else {
      into.kind = startsWith(bytes, start, ready) ? 'ready' : 'other';
    }
  },
  replyBody(text) {
    const frame = JSON.parse(text) as { data?: unknown; error?: unknown };
    if (frame.error !== undefined) throw new Error(JSON.stringify(frame.error));
    return frame.data;
  },
};
