// XMPP over WebSocket (RFC 7395), as ejabberd writes it: one element a frame, attributes in single
// quotes. Who is told what:
// - A direct message is followed by a ping (XEP-0199) to the sender's own account. A server handles
//   the stanzas of a session in order (RFC 6120 §10.1), and ejabberd has committed a message to the
//   sender's archive (XEP-0313) before it looks at the next, so the answer says: stored. XEP-0198
//   would say the same at the price of as many stanzas again on the receiver's side.
// - A message to a room (XEP-0045) comes back to its sender, as it does to every occupant, after it
//   is in the room's archive.
// - What arrives must name its place in an archive (XEP-0359); without, it does not count as
//   delivered. In a room that place says what came first, the same to everybody; between two the
//   place is given by who receives, so that there the sender's own counting says it.
import { ByteSearch, readNumber, startsWith } from '../byte-search.ts';
import type { Dialect, Inbound } from './dialect.ts';

const host = 'localhost';
const rooms = `@conference.${host}`;
const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${host}' version='1.0'/>`;

const message = Buffer.from('<message ');
const iq = Buffer.from('<iq ');
const presence = Buffer.from('<presence ');
const hellos = ['<stream:features', '<success'].map((name) => Buffer.from(name));
const groupChat = Buffer.from('groupchat');
const failure = Buffer.from('error');
// Searched for in frames of different shape, hence each with a guess of its own.
const messageFields = { type: new ByteSearch(" type='"), id: new ByteSearch(" id='") };
const iqFields = { type: new ByteSearch(" type='"), id: new ByteSearch(" id='") };
const archived = new ByteSearch('<stanza-id ');
const place = new ByteSearch(" id='");

interface Asked {
  readonly conversationId: string;
  readonly id: string;
  readonly text: string;
  readonly kind: 'direct' | 'group';
  readonly memberIds: readonly string[];
}

export const xmpp: Dialect = {
  resumes: false,
  copiesSender: false,
  entersGroups: true,
  textStart: '<body>',
  handshake: () => ({ path: '/ws', headers: { 'Sec-WebSocket-Protocol': 'xmpp' } }),
  opening: open,
  introduction: (token, step) => introductions[step]?.(token) ?? [],
  request(id, type, data, userId = '') {
    const write = requests[type];
    if (write === undefined) throw new Error(`${type} cannot be asked for in XMPP`);
    return write(id, data as Asked, userId);
  },
  read(bytes: Buffer, start: number, end: number, into: Inbound): void {
    into.seq = 0;
    if (startsWith(bytes, start, message)) readMessage(bytes, start, end, into);
    else if (startsWith(bytes, start, iq)) readReply(iqFields, bytes, start, end, into);
    else if (startsWith(bytes, start, presence)) into.kind = 'ready';
    else into.kind = hellos.some((name) => startsWith(bytes, start, name)) ? 'hello' : 'other';
  },
  /** What is behind the number in the id: the server repeats an id as it is. */
  replyBody(text) {
    if (text.includes(" type='error'")) throw new Error(text);
    return { id: / id='\d+ ([^']*)'/.exec(text)?.[1] };
  },
};

const introductions: readonly ((token: string) => readonly string[])[] = [
  (token) => {
    const plain = Buffer.from(`\0${token}\0password`).toString('base64');
    const xmlns = 'urn:ietf:params:xml:ns:xmpp-sasl';
    return [`<auth xmlns='${xmlns}' mechanism='PLAIN'>${plain}</auth>`];
  },
  () => [open],
  () => {
    const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind>`;
    // The presence comes back: from then on messages reach this socket.
    return [`<iq xmlns='jabber:client' type='set' id='bind'>${bind}</iq>`, presenceTo('')];
  },
];

const presenceTo = (to: string, content = '') =>
  `<presence xmlns='jabber:client'${to === '' ? '' : ` to='${to}'`}>${content}</presence>`;

const ping = (id: number, to = '', mark = '') =>
  `<iq xmlns='jabber:client' type='get' id='${id}${mark}'${to}><ping xmlns='urn:xmpp:ping'/></iq>`;

const messageTo = (to: string, type: string, id: string, text: string) =>
  `<message xmlns='jabber:client' to='${to}' type='${type}' id='${id}'><body>${text}</body></message>`;

const inbox =
  "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>20</max><before/></set></query>";

type WriteRequest = (id: number, asked: Asked, userId: string) => readonly string[];

const requests: Readonly<Record<string, WriteRequest>> = {
  'message.send'(id, { conversationId, id: messageId, text }, userId) {
    if (conversationId.endsWith(rooms)) {
      return [messageTo(conversationId, 'groupchat', `${id} ${messageId}`, text)];
    }
    const other = conversationId.split('+').find((one) => one !== userId);
    return [messageTo(`${other}@${host}`, 'chat', `${id} ${messageId}`, text), ping(id)];
  },
  // There is nothing to create: two who know each other's address talk, and a room is made by who
  // enters it first.
  'conversation.create'(id, { kind, memberIds: [other] }, userId) {
    return [ping(id, '', kind === 'direct' ? ` ${userId}+${other}` : ` ${userId}${rooms}`)];
  },
  // The room answers the ping of an occupant (XEP-0410), and refuses that of anybody else.
  'conversation.join'(id, { conversationId }, userId) {
    const self = `${conversationId}/${userId}`;
    const history = "<history maxstanzas='0'/>";
    const enter = `<x xmlns='http://jabber.org/protocol/muc'>${history}</x>`;
    return [presenceTo(self, enter), ping(id, ` to='${self}'`)];
  },
  'conversation.list': (id) => [`<iq xmlns='jabber:client' type='set' id='${id}'>${inbox}</iq>`],
};

function readMessage(bytes: Buffer, start: number, end: number, into: Inbound): void {
  const type = messageFields.type.after(bytes, start, end);
  if (type >= 0 && startsWith(bytes, type, failure)) {
    readReply(messageFields, bytes, start, end, into);
    return;
  }
  const archive = type < 0 ? -1 : archived.after(bytes, start, end);
  if (archive < 0) {
    into.kind = 'other';
    return;
  }
  into.requestId = readNumber(bytes, messageFields.id.after(bytes, start, end));
  const inRoom = startsWith(bytes, type, groupChat);
  into.kind = inRoom ? 'echo' : 'message';
  into.seq = inRoom ? readNumber(bytes, place.after(bytes, archive, end)) : into.requestId;
}

function readReply(
  fields: typeof iqFields,
  bytes: Buffer,
  start: number,
  end: number,
  into: Inbound,
): void {
  into.kind = 'reply';
  into.requestId = readNumber(bytes, fields.id.after(bytes, start, end));
  into.failed = startsWith(bytes, fields.type.after(bytes, start, end), failure);
}
