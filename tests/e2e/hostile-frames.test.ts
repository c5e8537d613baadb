import { randomUUID } from 'node:crypto';
import { range, startNova, until } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { ana, bob, conversationId, hostileScene, socket } from './hostile-scene.ts';

hostileScene();

const send = (text: string) =>
  socket.refusal('message.send', { conversationId, id: randomUUID(), text });
const fieldsOf = (error: { details?: readonly { field: string }[] }) =>
  (error.details ?? []).map(({ field }) => field);

test('what is no JSON object is answered under no id, and the socket goes on', async () => {
  for (const text of ['not json', '', '[]', 'null', '5', '"text"', '{', '{"id":1,}', '\u0000']) {
    const error = await socket.strayError(text);
    expect([text, error.code]).toEqual([text, 'invalidRequest']);
    expect(error.message).toMatch(/frame/);
  }
  await socket.request('conversation.list', {});
});

test('frames name what is wrong with them', async () => {
  for (const [frame, reply, field] of [
    [{ type: 'conversation.list' }, null, 'id'],
    [{ id: -1, type: 'conversation.list' }, null, 'id'],
    [{ id: 1.5, type: 'conversation.list' }, null, 'id'],
    [{ id: '1', type: 'conversation.list' }, null, 'id'],
    [{ id: 2 ** 53, type: 'conversation.list' }, null, 'id'],
    [{ id: 900 }, 900, 'type'],
    [{ id: 901, type: 7 }, 901, 'type'],
    [{ id: 902, type: 'no.such' }, 902, 'type'],
    [{ id: 903, type: '__proto__' }, 903, 'type'],
    [{ id: 904, type: 'constructor' }, 904, 'type'],
    [{ id: 905, type: 'conversation.list', data: {}, extra: 1 }, 905, 'extra'],
    [{ id: 906, type: 'conversation.list', data: null }, 906, 'data'],
    [{ id: 907, type: 'conversation.list', data: [] }, 907, 'data'],
  ] as const) {
    const before = socket.strays.length;
    socket.send(frame);
    const stray = await until('an answer', () => socket.strays[before]);
    if (!('error' in stray)) throw new Error('not refused');
    expect([frame, stray.reply, stray.error.code]).toEqual([frame, reply, 'invalidRequest']);
    expect(fieldsOf(stray.error)).toEqual([field]);
  }
});

test('an id used again while its request is under way is refused by name, the first is answered', async () => {
  const data = { conversationId, id: randomUUID(), text: 'once' };
  socket.send({ id: 50_000, type: 'message.send', data });
  socket.send({ id: 50_000, type: 'message.send', data: { ...data, id: randomUUID() } });
  const strays = await until('both answers', () =>
    socket.strays.length === 2 ? socket.strays : undefined,
  );
  expect(strays).toMatchObject([
    { reply: null, error: { code: 'invalidRequest', details: [{ field: 'id' }] } },
    { reply: 50_000, data: { id: data.id } },
  ]);
  // Once answered, the id is free again.
  socket.send({ id: 50_000, type: 'conversation.list' });
  await until('the third answer', () => socket.strays[2]);
});

test('texts over a limit, empty ones and those that cannot be stored are refused by name', async () => {
  for (const [text, code] of [
    ['x'.repeat(4_097), 'messageTooLong'],
    ['🦊'.repeat(4_097), 'messageTooLong'],
    ['', 'invalidRequest'],
    [' \n\t ', 'invalidRequest'],
    ['a\u0000b', 'invalidRequest'],
    ['a\ud800b', 'invalidRequest'],
    ['\udc00', 'invalidRequest'],
  ] as const) {
    const refusal = await send(text);
    expect([text.slice(0, 9), refusal.code, refusal.fields]).toEqual([
      text.slice(0, 9),
      code,
      ['text'],
    ]);
    const answer = await ana.http('message.send', { conversationId, id: randomUUID(), text });
    expect([answer.body.code, fieldsOf(answer.body)]).toEqual([code, ['text']]);
  }
  const longest = { conversationId, id: randomUUID(), text: `  ${'🦊'.repeat(4_096)}  ` };
  expect((await socket.request('message.send', longest)).text).toBe('🦊'.repeat(4_096));
});

test('the byte limit holds where the number of characters would not', async () => {
  await using roomy = await startNova({ config: { MESSAGE_MAX_LENGTH: '65536' } });
  const [carl, dora] = [roomy.user('carl'), roomy.user('dora')];
  const { id } = await carl.direct(dora);
  const answer = await carl.http('message.send', {
    conversationId: id,
    id: randomUUID(),
    text: '🦊'.repeat(16_385),
  });
  expect(answer).toMatchObject({ status: 413, body: { code: 'messageTooLong' } });
  expect(fieldsOf(answer.body)).toEqual(['text']);
  expect((await carl.say(id, '🦊'.repeat(16_384))).seq).toBe(1);
});

test('negative, huge and broken numbers are refused by name', async () => {
  for (const seq of [-1, 1.5, 2 ** 53, Number.MAX_VALUE, '1', null]) {
    expect((await socket.refusal('receipt.read', { conversationId, seq })).fields).toEqual(['seq']);
    const page = await socket.refusal('message.list', { conversationId, before: seq });
    expect(page.fields).toEqual(['before']);
  }
  expect(
    await socket.strayError(
      `{"id":1e400,"type":"receipt.read","data":{"conversationId":"${conversationId}","seq":1}}`,
    ),
  ).toMatchObject({ details: [{ field: 'id' }] });
  const ahead = Number.MAX_SAFE_INTEGER;
  const markers = await socket.request('receipt.read', { conversationId, seq: ahead });
  const { lastSeq } = await ana.call('conversation.get', { conversationId });
  expect(markers.lastReadSeq).toBe(lastSeq);
});

test('member lists over the bound are refused by name', async () => {
  const memberIds = range(1, 1_001).map(() => randomUUID());
  expect(
    (await socket.refusal('conversation.create', { kind: 'group', memberIds })).fields,
  ).toEqual(['memberIds']);
  const { id } = await ana.group([bob]);
  const added = await socket.refusal('member.add', { conversationId: id, userIds: memberIds });
  expect(added.fields).toEqual(['userIds']);
  const one = await socket.refusal('conversation.create', {
    kind: 'group',
    memberIds: [bob.userId, 'bob'],
  });
  expect(one.fields).toEqual(['memberIds.1']);
});

test('SQL, paths and markup are text like any other', async () => {
  for (const text of [
    "'; drop table messages; --",
    '$1 $2 {{7*7}} `$(reboot)`',
    '../../../../etc/passwd',
    '<script>alert(1)</script>',
    '%00%0d%0aSet-Cookie: a=b',
    '{"__proto__":{"admin":true}}',
    '\u202e\u2066\ufeffx',
  ]) {
    const sent = await ana.say(conversationId, text);
    expect(sent.text).toBe(text);
    const { text: stored } = await ana.call('message.get', { conversationId, messageId: sent.id });
    expect(stored).toBe(text);
  }
  expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  for (const id of ["' or 1=1 --", '../conversations', 'a'.repeat(10_000)]) {
    expect((await socket.refusal('conversation.get', { conversationId: id })).fields).toEqual([
      'conversationId',
    ]);
  }
});

test('of duplicate keys the last one counts, in every part alike', async () => {
  const id = randomUUID();
  socket.send(
    `{"id":1,"id":77,"type":"no.such","type":"message.send","data":{"text":"first","conversationId":"${conversationId}","id":"${id}","text":"last"}}`,
  );
  const stray = await until('an answer', () => socket.strays[0]);
  expect(stray).toMatchObject({ reply: 77, data: { id, text: 'last' } });
});

test('deep nesting is refused, with and without escapes', async () => {
  for (const open of ['[', '{"a":']) {
    for (const leaf of ['1', '"\\u0041"']) {
      const depth = Math.floor(200_000 / (open.length + 1));
      const nested = `${open.repeat(depth)}${leaf}${(open === '[' ? ']' : '}').repeat(depth)}`;
      const before = socket.strays.length;
      socket.send(`{"id":60,"type":"conversation.list","data":{"deep":${nested}}}`);
      const stray = await until('an answer', () => socket.strays[before]);
      if (!('error' in stray)) throw new Error('not refused');
      expect([open, leaf, stray.error.code]).toEqual([open, leaf, 'invalidRequest']);
      expect(stray.error.details?.[0]?.field).toMatch(/^deep/);
      expect(JSON.stringify(stray).length).toBeLessThan(1_000);
    }
  }
});

test('names that a client made up are repeated only as far as they are useful', async () => {
  const name = 'n'.repeat(100_000);
  const many = Object.fromEntries(range(1, 5_000).map((n) => [`field${n}`, n]));
  for (const input of [{ [name]: 1 }, many, { [`${name}\\u0041`]: '\ud800' }]) {
    const refusal = await socket.refusal('conversation.list', input);
    expect(refusal.code).toBe('invalidRequest');
    expect(JSON.stringify(refusal.object).length).toBeLessThan(3_000);
  }
});
