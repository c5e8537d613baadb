import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entries, events, group, messages, pair } from '#testing/call-people.js';
import { type CallScene, openCallScene } from '#testing/call-scene.js';
import { codeOf } from '#testing/failure.js';
import { sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { storeBlock } from '#users/block-store.js';

let database: TestDatabase;
let calls: CallScene;
beforeAll(async () => {
  database = await openTestDatabase(20);
  calls = await openCallScene(database);
});
afterAll(async () => {
  await calls.close();
  await database.close();
});
beforeEach(() => calls.scene.bus.taken());

describe('a block', () => {
  const block = (blockerId: string, blockedId: string, lifted: boolean) =>
    database.db.transaction((tx) =>
      storeBlock(tx, { blockerId, blockedId, at: new Date(), lifted }),
    );

  it('lets neither of two call the other until it is lifted', async () => {
    const { conversationId, ana, bob } = await pair(calls);
    await block(bob.userId, ana.userId, false);
    const start = { conversationId, kind: 'audio' as const };
    for (const device of [ana, bob]) {
      expect(await codeOf(device.run('call.start', start))).toBe('blocked');
    }
    expect(events(calls)).not.toContain('call.ringing');
    await block(bob.userId, ana.userId, true);
    expect((await ana.run('call.start', start)).state).toBe('ringing');
  });

  it('leaves a group its calls, as it leaves it its messages', async () => {
    const { conversationId, devices } = await group(calls, 3);
    const [ana, bob] = devices;
    if (ana === undefined || bob === undefined) throw new Error('nobody');
    await block(bob.userId, ana.userId, false);
    const call = await ana.run('call.start', { conversationId, kind: 'audio' });
    expect((await bob.run('call.accept', { callId: call.id })).state).toBe('connecting');
  });
});

describe('many changes at once', () => {
  it('of many calls are each made once, and one that is refused fails alone', async () => {
    const scenes = await Promise.all(Array.from({ length: 40 }, () => pair(calls)));
    const [strange] = users(1);
    const starts = await Promise.allSettled([
      ...scenes.map(({ ana, conversationId }) =>
        ana.run('call.start', { conversationId, kind: 'video' }),
      ),
      calls.device(strange ?? '').run('call.start', {
        conversationId: scenes[0]?.conversationId ?? '',
        kind: 'video',
      }),
    ]);
    const refused = starts.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'notFound' } }]);
    const ids = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    await Promise.all(
      scenes.map(({ bob }, at) => bob.run('call.accept', { callId: ids[at] ?? '' })),
    );
    await Promise.all(scenes.map(({ ana }, at) => ana.run('call.end', { callId: ids[at] ?? '' })));
    for (const [at, { ana, bob, conversationId }] of scenes.entries()) {
      for (const device of [ana, bob])
        expect(await entries(calls, device)).toEqual([[ids[at], 'hungUp']]);
      expect(await messages(calls, conversationId, bob)).toEqual([['call', ids[at], 'hungUp']]);
    }
  });

  it('a user who is called from many sides is rung by all and answers one', async () => {
    const [bob = '', ...others] = users(9);
    const phones = await Promise.all(
      others.map(async (userId, at) => {
        const { id: conversationId } = await calls.scene.direct(userId, bob);
        return { device: calls.device(userId, at % 2), conversationId };
      }),
    );
    const started = await Promise.all(
      phones.map(({ device, conversationId }) =>
        device.run('call.start', { conversationId, kind: 'audio' }),
      ),
    );
    // A device for each call, all of them answering at the same moment, on two nodes.
    const answers = await Promise.allSettled(
      started.map(({ id }, at) => calls.device(bob, at % 2).run('call.accept', { callId: id })),
    );
    const codes = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(codes).toEqual(Array(7).fill('callBusy'));
    const legs = await sql(database.db, 'select from call_legs where user_id = $1', [bob]);
    expect(legs).toHaveLength(1);
  });

  it('the same request again is answered as the first one was, and its key serves no other', async () => {
    const [one, other] = [await pair(calls), await pair(calls)];
    const start = { kind: 'audio' as const, idempotencyKey: 'the key' };
    const input = { ...start, conversationId: one.conversationId };
    const answers = await Promise.all(
      [0, 1, 0].map((node) =>
        calls.device(one.ana.userId, node, one.ana.deviceId).run('call.start', input),
      ),
    );
    expect(new Set(answers.map(({ id, legId }) => `${id} ${legId}`)).size).toBe(1);
    await one.ana.run('call.end', { callId: answers[0]?.id ?? '' });
    expect(await one.ana.run('call.start', input)).toEqual(answers[0]);
    const { id: conversationId } = await calls.scene.direct(one.ana.userId, other.bob.userId);
    expect(await codeOf(one.ana.run('call.start', { ...start, conversationId }))).toBe(
      'idConflict',
    );
  });
});
