/** What nobody should send about calls, and that nothing comes of it. */
import { randomUUID } from 'node:crypto';
import { type NovaEnv, startNova, type TestSocket, type TestUser } from '@nova/dev-env';
import { expect, test } from 'vitest';

const sdp = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

interface Scene {
  readonly conversationId: string;
  readonly callId: string;
  readonly ana: TestUser;
  readonly bob: TestUser;
  readonly a: TestSocket;
  readonly b: TestSocket;
  readonly anasLeg: string;
  readonly bobsLeg: string;
}

/** A call of two that was answered. */
async function answered(env: NovaEnv): Promise<Scene> {
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const [a, b] = [await ana.socket(), await bob.socket()];
  const { id: callId, legId: anasLeg = '' } = await a.request('call.start', {
    conversationId,
    kind: 'video',
  });
  const { legId: bobsLeg = '' } = await b.request('call.accept', { callId });
  return { conversationId, callId, ana, bob, a, b, anasLeg, bobsLeg };
}

const codeOf = async (socket: TestSocket, name: string, input: object) =>
  (await socket.refusal(name, input)).code;

test('accepting twice, from outside, after the end', async () => {
  await using env = await startNova();
  const { callId, a, b, bobsLeg } = await answered(env);
  const again = await b.request('call.accept', { callId });
  expect([again.legId, again.participants[1]?.legs.length]).toEqual([bobsLeg, 1]);
  const eve = await env.user('eve').socket();
  for (const name of ['call.accept', 'call.decline', 'call.leave', 'call.end', 'call.get']) {
    expect([name, await codeOf(eve, name, { callId })]).toEqual([name, 'notFound']);
  }
  expect(await codeOf(eve, 'call.accept', { callId: randomUUID() })).toBe('notFound');
  await a.request('call.end', { callId });
  expect(await codeOf(b, 'call.accept', { callId })).toBe('callOver');
  expect(
    await codeOf(b, 'call.signal', { callId, toLegId: bobsLeg, candidates: [{ candidate: '' }] }),
  ).toBe('callOver');
  expect((await b.request('call.leave', { callId })).endReason).toBe('hungUp');
});

test('signals reach no leg of another call, and nobody can sign as somebody else', async () => {
  await using env = await startNova();
  const one = await answered(env);
  const other = await answered(env);
  const description = { type: 'offer', sdp };
  const input = { callId: one.callId, description };
  expect(await codeOf(one.a, 'call.signal', { ...input, toLegId: other.bobsLeg })).toBe('callOver');
  expect(await codeOf(one.a, 'call.signal', { ...input, toLegId: one.anasLeg })).toBe('callOver');
  expect(await codeOf(other.a, 'call.signal', { ...input, toLegId: one.bobsLeg })).toBe('notFound');
  for (const forged of ['fromLegId', 'fromUserId', 'userId']) {
    const refusal = await one.a.refusal('call.signal', {
      ...input,
      toLegId: one.bobsLeg,
      [forged]: other.anasLeg,
    });
    expect([refusal.code, refusal.fields]).toEqual(['invalidRequest', [forged]]);
  }
  await one.a.request('call.signal', { ...input, toLegId: one.bobsLeg } as never);
  const { data } = await one.b.expect('call.signal');
  expect(data).toMatchObject({ fromUserId: one.ana.userId, fromLegId: one.anasLeg });
  expect(other.b.all('call.signal')).toEqual([]);
});

test('what is no SDP, or too much, is refused by name', async () => {
  await using env = await startNova();
  const { callId, a, b, bobsLeg: toLegId } = await answered(env);
  const refused = async (more: object) =>
    (await a.refusal('call.signal', { callId, toLegId, ...more })).fields;
  const described = (text: string) => ({ description: { type: 'offer', sdp: text } });
  expect(await refused(described(`${sdp}a=${'x'.repeat(65_536)}\r\n`))).toEqual([
    'description.sdp',
  ]);
  // Fewer characters than the limit and more bytes.
  expect(await refused(described(`${sdp}a=${'é'.repeat(40_000)}\r\n`))).toEqual([
    'description.sdp',
  ]);
  for (const text of [
    'hello',
    '{"sdp":1}',
    'v=0',
    'v=1\r\ns=-\r\n',
    `${sdp}\r\n\r\nGET / HTTP/1.1`,
  ]) {
    expect([text, await refused(described(text))]).toEqual([text, ['description.sdp']]);
  }
  expect(await refused({})).toEqual(['description']);
  expect(await refused({ ...described(sdp), candidates: [{ candidate: '' }] })).toEqual([
    'description',
  ]);
  expect(await refused({ candidates: [{ candidate: 'javascript:alert(1)' }] })).toEqual([
    'candidates.0.candidate',
  ]);
  expect(await refused({ candidates: Array(50_000).fill({ candidate: '' }) })).toEqual([
    'candidates',
  ]);
  expect(b.all('call.signal')).toEqual([]);
});

test('a flood of signals is slowed down, and what is kept of it stays small', async () => {
  await using env = await startNova();
  const { callId, a, bobsLeg: toLegId } = await answered(env);
  const flood = (count: number, candidates: readonly object[]) =>
    Promise.all(
      Array.from({ length: count }, () => a.ask('call.signal', { callId, toLegId, candidates })),
    );
  await flood(100, Array(64).fill({ candidate: `candidate:${'x'.repeat(900)}` }));
  expect(await env.metric('call_signals_kept_bytes')).toBeLessThan(64 * 64_000 + 100_000);
  const startedAtMs = performance.now();
  const replies = await flood(1_000, [{ candidate: '' }]);
  const allowed = 500 + 50 * ((performance.now() - startedAtMs) / 1_000);
  const refused = replies.flatMap((reply) => ('error' in reply ? [reply.error.code] : []));
  expect(new Set(refused)).toEqual(new Set(['rateLimited']));
  expect(1_000 - refused.length).toBeLessThanOrEqual(allowed);
});

test('a thousand calls in a second ring ten times', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [a, b] = [await ana.socket(), await bob.socket()];
  const { id: conversationId } = await ana.direct(bob);
  const start = async () => {
    const reply = await a.ask('call.start', { conversationId, kind: 'audio' });
    if ('error' in reply) return reply.error.code;
    await a.ask('call.cancel', { callId: (reply.data as { id: string }).id });
    return 'rang';
  };
  const outcomes = await Promise.all(Array.from({ length: 1_000 }, start));
  expect(outcomes.filter((one) => one === 'rateLimited').length).toBeGreaterThan(900);
  expect(b.all('call.ringing').length).toBeLessThanOrEqual(12);
  const { calls } = await bob.call('call.list', {});
  expect(calls).toEqual([]);
});

test('who left a group rings no more, nor do others for who left', async () => {
  await using env = await startNova();
  const [ana, bob, eva] = [env.user('ana'), env.user('bob'), env.user('eva')];
  const { id: conversationId } = await ana.group([bob, eva]);
  const [a, b] = [await ana.socket(), await bob.socket()];
  await bob.call('conversation.leave', { conversationId });
  const call = await a.request('call.start', { conversationId, kind: 'video' });
  expect(call.participants.map(({ userId }) => userId).toSorted()).toEqual(
    [ana.userId, eva.userId].toSorted(),
  );
  expect(await codeOf(b, 'call.start', { conversationId, kind: 'video' })).toBe('notFound');
  expect(await codeOf(b, 'call.accept', { callId: call.id })).toBe('notFound');
  await eva.call('conversation.leave', { conversationId });
  const { data } = await a.expect('call.ended');
  expect(data.endReason).toBe('missed');
  expect(await codeOf(a, 'call.start', { conversationId, kind: 'video' })).toBe('forbidden');
  expect(b.all('call.ringing')).toEqual([]);
});

test('neither descriptions nor candidates are logged or stored', async () => {
  await using env = await startNova();
  const { callId, a, b, bobsLeg: toLegId } = await answered(env);
  const marked = `${sdp}a=secret-of-the-sdp\r\n`;
  await a.request('call.signal', { callId, toLegId, description: { type: 'offer', sdp: marked } });
  await a.request('call.signal', {
    callId,
    toLegId,
    candidates: [{ candidate: 'candidate:secret-of-the-ice' }],
  });
  await b.expect('call.signal', ({ data }) => data.candidates !== undefined);
  await a.refusal('call.signal', {
    callId,
    toLegId,
    description: { type: 'offer', sdp: 'secret-of-a-refusal' },
  });
  await a.request('call.end', { callId });
  expect(JSON.stringify(env.log)).not.toContain('secret-of');
  const stored = await env.database.query<{ all: string }>(
    `select (select jsonb_agg(to_jsonb(c)) from calls c)::text
      || (select jsonb_agg(to_jsonb(l)) from log l)::text as all`,
  );
  expect(stored[0]?.all).toContain(callId);
  expect(stored[0]?.all).not.toContain('secret-of');
});
