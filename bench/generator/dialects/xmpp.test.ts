import { expect, test } from 'vitest';
import { MessageTemplate, nextRequestId } from '../message-template.ts';
import type { Inbound } from './dialect.ts';
import { xmpp } from './xmpp.ts';

// As ejabberd 23.01 wrote them.
const to = "<message xmlns='jabber:client' xml:lang='en' to='bob@localhost";
const stanzaId = "<stanza-id by='bob@localhost' id='1795605016076020' xmlns='urn:xmpp:sid:0'/>";
const direct = `${to}' from='ana@localhost/r' type='chat' id='1000000008 m1'>${stanzaId}<body>hello</body></message>`;
const group = `${to}/r' from='room@conference.localhost/ana' type='groupchat' id='1000000009 m2'>${stanzaId}<body>hello</body></message>`;
const answer = (type: string, id: string) =>
  `<iq xmlns='jabber:client' xml:lang='en' to='ana@localhost/r' from='ana@localhost' type='${type}' id='${id}'/>`;

function read(frame: string): Inbound {
  const inbound: Inbound = { kind: 'other', requestId: 0, failed: false, seq: 7 };
  const bytes = Buffer.from(`before${frame}<after type='error' id='5'>`);
  xmpp.read(bytes, 6, 6 + Buffer.byteLength(frame), inbound);
  return inbound;
}

test.each([
  { name: 'features', frame: '<stream:features xmlns:stream=', kind: 'hello' },
  { name: 'success', frame: "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", kind: 'hello' },
  { name: 'its own presence', frame: "<presence xmlns='jabber:client'/>", kind: 'ready' },
  { name: 'a direct message', frame: direct, kind: 'message', seq: 1_000_000_008 },
  { name: 'one not archived', frame: direct.replace(stanzaId, ''), kind: 'other' },
  {
    name: 'a group message',
    frame: group,
    kind: 'echo',
    requestId: 1_000_000_009,
    seq: 1_795_605_016_076_020,
  },
  { name: 'the subject', frame: `${to}/r' type='groupchat'><subject/></message>`, kind: 'other' },
  {
    name: 'a refused group message',
    frame: group.replace('groupchat', 'error').replace(stanzaId, ''),
    kind: 'reply',
    requestId: 1_000_000_009,
    failed: true,
  },
  {
    name: 'an answer',
    frame: answer('result', '1000000001'),
    kind: 'reply',
    requestId: 1_000_000_001,
    failed: false,
  },
  { name: 'a refusal', frame: answer('error', '1000000001'), kind: 'reply', failed: true },
])('reads $name', ({ frame, name: _, ...expected }) => {
  expect(read(frame)).toMatchObject(expected);
});

test('what a conversation is comes back in the id', () => {
  expect(xmpp.replyBody(answer('result', '1000000002 ana+bob'))).toEqual({ id: 'ana+bob' });
  expect(() => xmpp.replyBody(answer('error', '1000000002 ana+bob'))).toThrow("type='error'");
});

test.each([
  { conversationId: 'ana+bob', address: "to='bob@localhost' type='chat'", requestIds: 2 },
  {
    conversationId: 'ana@conference.localhost',
    address: "to='ana@conference.localhost' type='groupchat'",
    requestIds: 1,
  },
])('a patched frame for $conversationId is a request of its own', (given) => {
  const template = new MessageTemplate(xmpp, given.conversationId, 160, 'ana');
  const id = nextRequestId();
  const text = template.frame(id, 5).toString('latin1');
  expect(text).toContain(given.address);
  expect(text.match(/id='\d+/g)).toEqual(Array(given.requestIds).fill(`id='${id}`));
  expect(text).toContain('<body>000000000000005 abc');
});
