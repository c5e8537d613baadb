import { startNova, until } from '@nova/dev-env';
import { expect, test } from 'vitest';

const offer = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

test('two sockets: start, ring, accept, signal, connect, hang up, one message, one entry', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const [a, b] = [await ana.socket(), await bob.socket()];

  const call = await a.request('call.start', { conversationId, kind: 'video' });
  expect(call).toMatchObject({ state: 'ringing', createdBy: ana.userId, kind: 'video' });
  const { data: ringing } = await b.expect('call.ringing');
  expect(ringing.id).toBe(call.id);

  const accepted = await b.request('call.accept', { callId: call.id });
  expect(accepted.state).toBe('connecting');
  await a.expect('call.updated', ({ data }) => data.state === 'connecting');

  const [from = '', to = ''] = [call.legId, accepted.legId];
  const description = { type: 'offer' as const, sdp: offer };
  await a.request('call.signal', { callId: call.id, toLegId: to, description });
  const { data: signal } = await b.expect('call.signal');
  expect(signal).toEqual({
    callId: call.id,
    fromUserId: ana.userId,
    fromLegId: from,
    toLegId: to,
    epoch: 1,
    number: 1,
    description,
  });
  const candidates = [{ candidate: '' }];
  await b.request('call.signal', { callId: call.id, toLegId: from, candidates });
  await a.expect('call.signal', ({ data }) => data.candidates !== undefined);

  for (const socket of [a, b]) {
    await socket.request('call.legState', { callId: call.id, state: 'connected' });
  }
  await a.expect('call.updated', ({ data }) => data.state === 'active');
  await b.request('call.leave', { callId: call.id });
  const { data: ended } = await a.expect('call.ended');
  expect(ended).toMatchObject({ state: 'ended', endReason: 'hungUp' });
  const { data: message } = await b.expect('message.created');
  expect(message).toMatchObject({
    kind: 'call',
    senderId: ana.userId,
    call: { id: call.id, kind: 'video', endReason: 'hungUp', durationMs: expect.any(Number) },
  });
  for (const user of [ana, bob]) {
    const { calls } = await user.call('call.history', {});
    expect(calls.map(({ id }) => id)).toEqual([call.id]);
    const { messages } = await user.call('message.list', { conversationId });
    expect(messages.map(({ kind, seq }) => [kind, seq])).toEqual([['call', 1]]);
    const { unreadCount } = await user.call('conversation.get', { conversationId });
    expect(unreadCount).toBe(0);
  }
  await until('no legs left', async () =>
    (await env.database.query('select from call_legs')).length === 0 ? true : undefined,
  );
});

test('whose token is revoked is out of the call at once, media would go on without us', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const [a, b] = [await ana.socket(), await bob.socket()];
  const { id: callId } = await a.request('call.start', { conversationId, kind: 'video' });
  await b.request('call.accept', { callId });
  await env.database.query(
    `insert into revocations (user_id, token_id, issued_before)
      values ('${bob.userId}', '', now() + interval '1 minute')`,
  );
  // A leg that is only lost ends the call half a minute later, and for another reason.
  const { data: ended } = await a.expect('call.ended');
  expect(ended).toMatchObject({ id: callId, endReason: 'hungUp' });
});
