import { readNumber, startsWith } from '../byte-search.ts';
import { type Dialect, type Inbound, type InboundKind, readSeq } from './dialect.ts';

const reply = Buffer.from('{"reply":');
const failure = Buffer.from(',"error"');
const created = Buffer.from('{"event":"message.created"');
const call = Buffer.from('{"event":"call.');
const signal = Buffer.from('signal"');
const session = Buffer.from('{"event":"session.');
const kinds: readonly [Buffer, InboundKind][] = [
  [Buffer.from('ready"'), 'ready'],
  [Buffer.from('cursor"'), 'cursor'],
  [Buffer.from('resumed"'), 'resumed'],
];

/** The service's own protocol, which the bare `ws` peer speaks as well. */
export const nova: Dialect = {
  resumes: true,
  copiesSender: true,
  entersGroups: false,
  textStart: '"text":"',
  handshake: (token) => ({
    path: '/ws',
    headers: { 'Sec-WebSocket-Protocol': 'nova.v1', Authorization: `Bearer ${token}` },
  }),
  request: (id, type, data) => [JSON.stringify({ id, type, data })],
  read(bytes: Buffer, start: number, end: number, into: Inbound): void {
    if (startsWith(bytes, start, created)) {
      into.kind = 'message';
      into.seq = readSeq(bytes, start, end);
    } else if (startsWith(bytes, start, reply)) {
      into.kind = 'reply';
      into.requestId = readNumber(bytes, start + reply.length);
      const idDigits = String(into.requestId).length;
      into.failed = startsWith(bytes, start + reply.length + idDigits, failure);
    } else if (startsWith(bytes, start, call)) {
      into.kind = startsWith(bytes, start + call.length, signal) ? 'signal' : 'call';
    } else {
      into.kind = startsWith(bytes, start, session)
        ? sessionKind(bytes, start + session.length)
        : 'other';
    }
  },
  replyBody(text) {
    const frame = JSON.parse(text) as { data?: unknown; error?: unknown };
    if (frame.error !== undefined) throw new Error(JSON.stringify(frame.error));
    return frame.data;
  },
};

const sessionKind = (bytes: Buffer, at: number): InboundKind =>
  kinds.find(([name]) => startsWith(bytes, at, name))?.[1] ?? 'other';
