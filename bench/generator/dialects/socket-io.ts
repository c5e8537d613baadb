import { readNumber, startsWith } from '../byte-search.ts';
import { type Dialect, type Inbound, readSeq } from './dialect.ts';

// Engine.IO 4 packet type, then Socket.IO 5 packet type: 0 open, 2 ping, 3 pong, 40 connect,
// 42 event, 43 acknowledgement.
const open = Buffer.from('0{');
const ping = Buffer.from('2');
const connected = Buffer.from('40');
const created = Buffer.from('42["message.created"');
const acknowledged = Buffer.from('43');
const failure = Buffer.from('[{"error"');

export const socketIo: Dialect = {
  resumes: false,
  copiesSender: true,
  entersGroups: false,
  textStart: '"text":"',
  handshake: () => ({ path: '/socket.io/?EIO=4&transport=websocket', headers: {} }),
  introduction: (token) => [`40${JSON.stringify({ token })}`],
  pong: '3',
  request: (id, type, data) => [`42${id}${JSON.stringify([type, data])}`],
  read(bytes: Buffer, start: number, end: number, into: Inbound): void {
    if (startsWith(bytes, start, created)) {
      into.kind = 'message';
      into.seq = readSeq(bytes, start, end);
    } else if (startsWith(bytes, start, acknowledged)) {
      into.kind = 'reply';
      into.requestId = readNumber(bytes, start + acknowledged.length);
      const idDigits = String(into.requestId).length;
      into.failed = startsWith(bytes, start + acknowledged.length + idDigits, failure);
    } else if (startsWith(bytes, start, connected)) into.kind = 'ready';
    else if (startsWith(bytes, start, open)) into.kind = 'hello';
    else into.kind = end - start === 1 && startsWith(bytes, start, ping) ? 'ping' : 'other';
  },
  replyBody(text) {
    const [body] = JSON.parse(text.slice(text.indexOf('['))) as [{ error?: unknown }];
    if (body.error !== undefined) throw new Error(JSON.stringify(body.error));
    return body;
  },
};
