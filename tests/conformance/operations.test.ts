/** Every operation of the contract, over HTTP and on a socket, answered as the contract says. */
import { randomUUID } from 'node:crypto';
import { startNova, type TestUser } from '@nova/dev-env';
import { type Operation, type OperationName, operations } from '@nova/protocol';
import { Check } from 'typebox/value';
import { expect, test } from 'vitest';

type Part = { readonly type?: string; readonly items?: unknown };
type Inputs = Readonly<Record<string, unknown>>;
const table = Object.values(operations) as readonly Operation[];

/** A call that is over, one that rings for ana, and what she can do with them on one device. */
async function callInputs(ana: TestUser, bob: TestUser) {
  const [anas, bobs, legId, bobsLeg] = Array.from({ length: 4 }, () => randomUUID());
  const mine = { deviceId: anas ?? '' };
  const { id: conversationId } = await ana.group([bob], 'Caller');
  const start = { conversationId, kind: 'audio' as const };
  const over = await ana.call('call.start', { ...start, ...mine });
  await ana.call('call.cancel', { callId: over.id, ...mine });
  const bobsPart = { deviceId: bobs ?? '', legId: bobsLeg ?? '' };
  const { id } = await bob.call('call.start', { ...start, ...bobsPart });
  const onCall = { callId: id, ...mine };
  const onOver = { callId: over.id, ...mine };
  return {
    'call.accept': { ...onCall, legId },
    'call.cancel': onOver,
    'call.decline': onOver,
    'call.end': onOver,
    'call.get': onCall,
    'call.history': { conversationId, limit: 10 },
    'call.leave': onOver,
    'call.legState': { ...onCall, state: 'connected' },
    'call.list': mine,
    'call.mediaState': { ...onCall, camera: true },
    'call.resume': { ...onCall, legId, received: [] },
    'call.signal': { ...onCall, toLegId: bobsLeg, candidates: [{ candidate: '' }] },
    'call.start': { ...start, ...mine, legId },
    'rtc.iceServers': { callId: id },
  };
}

/** A scene in which every operation can succeed, and the input with which it does. */
async function inputsFor(ana: TestUser, bob: TestUser, calls: Inputs = {}) {
  const carl = randomUUID();
  const { id: conversationId } = await ana.group([bob, carl], 'Crew');
  const { id: messageId } = await ana.say(conversationId, 'hello');
  const doomed = await ana.say(conversationId, 'doomed');
  const { id: leaving } = await ana.group([bob], 'left behind');
  const onMessage = { conversationId, messageId };
  return {
    'conversation.create': { kind: 'group', memberIds: [bob.userId], title: 'New' },
    'conversation.list': { limit: 10 },
    'conversation.get': { conversationId },
    'conversation.update': { conversationId, title: 'Renamed' },
    'conversation.leave': { conversationId: leaving },
    'member.list': { conversationId, limit: 2 },
    'member.add': { conversationId, userIds: [randomUUID()] },
    'member.remove': { conversationId, userId: carl },
    'member.setRole': { conversationId, userId: bob.userId, role: 'admin' },
    'message.send': { conversationId, id: randomUUID(), text: 'hi' },
    'message.list': { conversationId, around: 1, limit: 5 },
    'message.get': onMessage,
    'message.versions': onMessage,
    'message.edit': { ...onMessage, text: 'hello again' },
    'message.delete': { conversationId, messageId: doomed.id },
    'message.react': { ...onMessage, emoji: '👩‍🚀' },
    'message.unreact': { ...onMessage, emoji: '👩‍🚀' },
    'presence.subscribe': { userIds: [bob.userId] },
    'receipt.read': { conversationId, seq: 1 },
    'receipt.delivered': { conversationId, seq: 1 },
    'typing.start': { conversationId },
    'typing.stop': { conversationId },
    'event.list': { limit: 10 },
    ...calls,
  } as Readonly<Partial<Record<OperationName, Inputs>>>;
}

test('HTTP does everything that a socket can, and both answer by the contract', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const socket = await ana.socket();
  const calls = await callInputs(ana, bob);
  const overHttp = await inputsFor(ana, bob, calls);
  const onSocket = await inputsFor(ana, bob, calls);
  const onlySockets: string[] = [];
  for (const { name, http, output } of table) {
    const input = overHttp[name as OperationName];
    if (http === undefined) {
      onlySockets.push(name);
      continue;
    }
    if (input === undefined) throw new Error(`no input for ${name}: the scene lacks it`);
    const answer = await ana.http(name as OperationName, input);
    expect([name, answer.status, answer.body.code]).toEqual([name, http.status, undefined]);
    expect([name, Check(output, answer.body)]).toEqual([name, true]);
    const reply = await socket.ask(name, onSocket[name as OperationName]);
    if ('error' in reply) throw new Error(`${name}: ${reply.error.message}`);
    expect([name, Check(output, reply.data)]).toEqual([name, true]);
  }
  expect(onlySockets.sort()).toEqual(['session.authenticate', 'session.resume']);
});

test('every operation about a conversation is notFound for whoever is not in it', async () => {
  await using env = await startNova();
  const [ana, bob, eve] = [env.user('ana'), env.user('bob'), env.user('eve')];
  const eves = await eve.socket();
  const inputs = await inputsFor(ana, bob, await callInputs(ana, bob));
  const before = await ana.call('conversation.list', {});
  let asked = 0;
  for (const { name, http, input: schema } of table) {
    if (!('conversationId' in schema.properties) || http === undefined) continue;
    const input = { ...inputs[name as OperationName] };
    asked++;
    const answer = await eve.http(name as OperationName, input);
    expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'notFound']);
    const refusal = await eves.refusal(name, input);
    expect([name, refusal.code]).toEqual([name, 'notFound']);
    // A conversation that does not exist looks exactly the same.
    const absent = await eves.refusal(name, { ...input, conversationId: randomUUID() });
    expect([name, absent.object]).toEqual([name, refusal.object]);
  }
  expect(asked).toBeGreaterThan(15);
  expect(await ana.call('conversation.list', {})).toEqual(before);
});

test('every operation names each field that is missing, unknown or of a wrong type', async () => {
  await using env = await startNova({ config: { RATE_LIMIT_REQUESTS_BURST: '100000' } });
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const socket = await ana.socket();
  const inputs = await inputsFor(ana, bob, await callInputs(ana, bob));
  for (const { name, input: schema } of table) {
    const input = inputs[name as OperationName] ?? {
      ...(name === 'session.resume' ? { cursor: 'x', epoch: randomUUID() } : { token: 'x' }),
    };
    const expectField = async (changed: unknown, field: string): Promise<void> => {
      const { code, fields } = await socket.refusal(name, changed);
      expect([name, field, code]).toEqual([name, field, 'invalidRequest']);
      expect([name, fields]).toEqual([name, expect.arrayContaining([field])]);
    };
    await expectField({ ...input, extra: 1 }, 'extra');
    await expectField(
      JSON.parse(
        `${JSON.stringify(input).slice(0, -1)}${
          Object.keys(input).length > 0 ? ',' : ''
        }"__proto__":{"admin":true}}`,
      ),
      '__proto__',
    );
    await expectField({ ...input, constructor: { prototype: {} } }, 'constructor');
    for (const wrong of ['text', 7, null, [], true]) await expectField(wrong, 'data');
    for (const field of schema.required ?? []) {
      const { [field]: _, ...rest } = input as Record<string, unknown>;
      await expectField(rest, field);
    }
    for (const [field, part] of Object.entries(schema.properties) as [string, Part][]) {
      const { type, items } = part;
      await expectField(
        { ...input, [field]: { $ne: 1 } },
        type === 'object' ? `${field}.$ne` : field,
      );
      await expectField({ ...input, [field]: [[]] }, items === undefined ? field : `${field}.0`);
    }
  }
});

test('fields that both the path and the body give are refused by name', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id } = await ana.direct(bob);
  const other = await ana.group([bob]);
  const answer = await ana.fetch({
    method: 'POST',
    path: `/api/v1/conversations/${id}/messages`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ conversationId: other.id, id: randomUUID(), text: 'where' }),
  });
  expect(answer).toMatchObject({ status: 400, body: { details: [{ field: 'conversationId' }] } });
});
