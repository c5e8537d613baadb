import { limits } from '@nova/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rules } from '#testing/call-fixtures.js';
import { entries, events, group, messages, pair } from '#testing/call-people.js';
import { type CallScene, openCallScene } from '#testing/call-scene.js';
import { codeOf } from '#testing/failure.js';
import { sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';

let database: TestDatabase;
let calls: CallScene;
beforeAll(async () => {
  database = await openTestDatabase(20);
  calls = await openCallScene(database);
});
afterAll(() => calls.close().then(() => database.close()));
beforeEach(() => calls.scene.bus.taken());

describe('of several who act at once', () => {
  it('one device of a user wins, in the database', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    const devices = [bob, ...[0, 1, 0, 1].map((node) => calls.device(bob.userId, node))];
    const answers = await Promise.allSettled(
      devices.map((device) => device.run('call.accept', { callId })),
    );
    const won = answers.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    const codes = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(codes).toEqual(Array(4).fill('answeredElsewhere'));
    const legs = await sql(database.db, 'select from call_legs where user_id = $1', [bob.userId]);
    expect(legs).toHaveLength(1);
  });

  it('two who call each other meet in one call', async () => {
    for (let round = 0; round < 10; round++) {
      const { conversationId, ana, bob } = await pair(calls);
      const [one, other] = await Promise.all(
        [ana, bob].map((device) => device.run('call.start', { conversationId, kind: 'audio' })),
      );
      expect(one?.id).toBe(other?.id);
      expect([one?.state, other?.state].toSorted()).toEqual(['connecting', 'ringing']);
      const rows = await sql(database.db, 'select from calls where conversation_id = $1', [
        conversationId,
      ]);
      expect(rows).toHaveLength(1);
    }
  });

  it('every node looks at a call that is due, and it ends once', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id } = await ana.run('call.start', { conversationId, kind: 'video' });
    await calls.pass(rules.ringMs - 1);
    expect((await ana.run('call.get', { callId: id })).state).toBe('ringing');
    await calls.pass(1);
    await calls.pass(0);
    for (const device of [ana, bob]) {
      expect(await entries(calls, device)).toEqual([[id, 'missed']]);
      expect(await messages(calls, conversationId, device)).toEqual([['call', id, 'missed']]);
    }
    const { unreadCount } = await calls.scene.call(bob.userId, 'conversation.get', {
      conversationId,
    });
    expect(unreadCount).toBe(1);
  });

  it('an answer, a cancellation and the end of ringing leave one end', async () => {
    for (let round = 0; round < 10; round++) {
      const { conversationId, ana, bob } = await pair(calls);
      const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
      await Promise.allSettled([
        bob.run('call.accept', { callId }),
        ana.run('call.cancel', { callId }),
        bob.run('call.decline', { callId }),
        calls.pass(rules.ringMs),
      ]);
      await ana.run('call.leave', { callId });
      const call = await bob.run('call.get', { callId });
      expect(call.state).toBe('ended');
      expect(await entries(calls, ana)).toEqual([[callId, call.endReason]]);
      expect(await messages(calls, conversationId, bob)).toEqual([
        ['call', callId, call.endReason],
      ]);
    }
    expect(calls.errors).toEqual([]);
  });
});

describe('a user', () => {
  it('is in one call at a time; who calls hears of it, who is called finds it', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    const [eva = ''] = users(1);
    const eves = calls.device(eva);
    const { id: other } = await calls.scene.direct(eva, bob.userId);
    const start = { conversationId: other, kind: 'audio' as const };
    expect(await codeOf(eves.run('call.start', start))).toBe('callBusy');
    expect((await entries(calls, eves)).map(([, reason]) => reason)).toEqual(['busy']);
    expect((await messages(calls, other, bob)).map(([, , reason]) => reason)).toEqual(['busy']);
    expect(await codeOf(bob.run('call.start', start))).toBe('callBusy');
    const evesCalls = await eves.run('call.list', {});
    expect(evesCalls.calls).toEqual([]);
  });

  it('is let go by a call whose socket was lost, to begin another at once', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    ana.lose();
    await expect
      .poll(async () => (await bob.run('call.get', { callId })).participants[0]?.legs[0]?.state)
      .toBe('reconnecting');
    const [eva = ''] = users(1);
    const { id: other } = await calls.scene.direct(ana.userId, eva);
    const reloaded = calls.device(ana.userId, 1);
    const started = await reloaded.run('call.start', { conversationId: other, kind: 'audio' });
    expect(started.state).toBe('ringing');
    expect((await bob.run('call.get', { callId })).endReason).toBe('hungUp');
    await reloaded.run('call.cancel', { callId: started.id });
  });

  it('who was removed from the group is out of its call, and is not called again', async () => {
    const { conversationId, devices } = await group(calls, 4);
    const [ana, bob, eva] = devices;
    if (ana === undefined || bob === undefined || eva === undefined) throw new Error('nobody');
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    const remove = (userId: string) =>
      calls.scene.call(ana.userId, 'member.remove', { conversationId, userId });
    await remove(bob.userId);
    await expect
      .poll(async () => (await ana.run('call.get', { callId })).participants[1]?.state)
      .toBe('left');
    for (const name of ['call.accept', 'call.get', 'call.resume'] as const) {
      expect(await codeOf(bob.run(name, { callId, legId: callId } as never))).toBe('notFound');
    }
    expect((await bob.run('call.list', {})).calls).toEqual([]);
    calls.scene.bus.taken();
    await eva.run('call.accept', { callId });
    for (const { outgoing } of calls.scene.bus.taken()) {
      expect('recipients' in outgoing && outgoing.recipients).not.toContain(bob.userId);
    }
    await ana.run('call.end', { callId });
    await remove(eva.userId);
    calls.scene.bus.taken();
    const again = await ana.run('call.start', { conversationId, kind: 'video' });
    expect(again.participants.map(({ userId }) => userId)).not.toContain(bob.userId);
    expect(again.participants).toHaveLength(2);
  });

  it('comes back with another device after losing the first, and old signals are refused', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId, legId: toLegId = '' } = await ana.run('call.start', {
      conversationId,
      kind: 'video',
    });
    await bob.run('call.accept', { callId });
    const candidates = [{ candidate: '' }];
    const signal = { callId, toLegId, candidates, epoch: 1 };
    expect(await bob.run('call.signal', signal)).toEqual({ number: 1 });
    bob.lose();
    await expect
      .poll(async () => (await ana.run('call.get', { callId })).participants[1]?.legs[0]?.state)
      .toBe('reconnecting');
    const tablet = calls.device(bob.userId, 0);
    const taken = await tablet.run('call.accept', { callId });
    expect(taken.participants[1]?.legs).toMatchObject([{ id: taken.legId, epoch: 2 }]);
    expect(await codeOf(bob.run('call.signal', signal))).toBe('notFound');
    expect(await codeOf(tablet.run('call.signal', signal))).toBe('callOver');
    expect(await tablet.run('call.signal', { ...signal, epoch: 2 })).toEqual({ number: 1 });
  });
});

describe('a leg', () => {
  it('that is lost is given up after its grace, by whichever node looks', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    for (const device of [ana, bob]) {
      await device.run('call.legState', { callId, state: 'connected' });
    }
    bob.lose();
    await expect
      .poll(async () => (await ana.run('call.get', { callId })).participants[1]?.legs[0]?.state)
      .toBe('reconnecting');
    await calls.pass(limits.callGraceMs - 1);
    expect((await ana.run('call.get', { callId })).state).toBe('active');
    await calls.pass(1);
    expect(await ana.run('call.get', { callId })).toMatchObject({
      state: 'ended',
      endReason: 'connectionLost',
    });
    const ends = calls.scene.bus
      .taken()
      .filter(({ event, data }) => event === 'call.ended' && data.id === callId);
    expect(ends).toHaveLength(1);
  });

  it('whose user may not return has no grace', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    for (const one of [ana, bob]) await one.run('call.legState', { callId, state: 'connected' });
    bob.lose(false);
    await expect
      .poll(() => ana.run('call.get', { callId }))
      .toMatchObject({ state: 'ended', endReason: 'hungUp' });
  });

  it('is not given up for the time in which there was no service', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    // Neither could say that it is connected; a node that has just begun leaves the call alone.
    await calls.pass(limits.callConnectMs + 1, 1_000);
    expect(await ana.run('call.get', { callId })).toMatchObject({ state: 'connecting' });
    for (const one of [ana, bob]) await one.run('call.legState', { callId, state: 'connected' });
    await calls.pass(0);
    expect(await ana.run('call.get', { callId })).toMatchObject({ state: 'active' });
  });

  it('on a node that died is lost from the moment the node was last heard of', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'video' });
    await bob.run('call.accept', { callId });
    const [alive, dead] = calls.nodes;
    await sql(
      database.db,
      `insert into call_nodes values ($1, now()), ($2, now() - interval '20 seconds')
        on conflict (id) do update set seen_at = excluded.seen_at`,
      [alive?.nodeId, dead?.nodeId],
    );
    await alive?.scanner.scanNodes();
    const legsOf = async () =>
      (await ana.run('call.get', { callId })).participants.map(({ legs }) => legs[0]?.state);
    expect(await legsOf()).toEqual(['connecting', 'reconnecting']);
    const legId = (await bob.run('call.get', { callId })).legId ?? '';
    await calls.device(bob.userId, 0, bob.deviceId).run('call.resume', { callId, legId });
    expect(await legsOf()).toEqual(['connecting', 'connecting']);
    await ana.run('call.leave', { callId });
  });

  it('fetches what it missed, each signal once and in order, on any node', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    const { id: callId, legId: anas = '' } = await ana.run('call.start', {
      conversationId,
      kind: 'video',
    });
    const { legId: bobs = '' } = await bob.run('call.accept', { callId });
    const candidates = [{ candidate: '' }];
    for (let number = 1; number <= 5; number++) {
      const sent = { callId, toLegId: bobs, candidates, number };
      expect(await ana.run('call.signal', sent)).toEqual({ number });
      expect(await ana.run('call.signal', sent)).toEqual({ number });
    }
    expect(events(calls).filter((event) => event === 'call.signal')).toHaveLength(5);
    const elsewhere = calls.device(bob.userId, 0, bob.deviceId);
    const { signals } = await elsewhere.run('call.resume', {
      callId,
      legId: bobs,
      received: [{ fromLegId: anas, number: 2 }],
    });
    expect(signals.map((signal) => (signal as { number: number }).number)).toEqual([3, 4, 5]);
    await ana.run('call.leave', { callId });
    expect(calls.nodes.map(({ bufferedBytes }) => bufferedBytes)).toEqual([0, 0]);
  });
});

it('the history is a page at a time, of one conversation where asked', async () => {
  const { conversationId, ana, bob } = await pair(calls);
  const ids: string[] = [];
  for (let count = 0; count < 5; count++) {
    const { id: callId } = await ana.run('call.start', { conversationId, kind: 'audio' });
    await bob.run('call.decline', { callId });
    await calls.pass(1_000);
    ids.unshift(callId);
  }
  const first = await bob.run('call.history', { limit: 2 });
  const second = await bob.run('call.history', { limit: 2, after: first.nextPage ?? '' });
  const third = await bob.run('call.history', { limit: 2, after: second.nextPage ?? '' });
  const listed = [first, second, third].flatMap((page) => page.calls.map(({ id }) => id));
  expect(listed).toEqual(ids);
  expect(third.nextPage).toBeUndefined();
  const { id: other } = await calls.scene.direct(bob.userId, users(1)[0] ?? '');
  expect((await bob.run('call.history', { conversationId: other })).calls).toEqual([]);
  expect(await codeOf(bob.run('call.history', { after: 'nonsense' }))).toBe('invalidRequest');
  expect(await codeOf(bob.run('call.history', { conversationId: users(1)[0] ?? '' }))).toBe(
    'notFound',
  );
});

it('a retried start with the same key is the same call', async () => {
  const { conversationId, ana } = await pair(calls);
  const start = { conversationId, kind: 'video' as const, idempotencyKey: 'once' };
  const call = await ana.run('call.start', start);
  await ana.run('call.cancel', { callId: call.id });
  expect((await ana.run('call.start', start)).id).toBe(call.id);
});
