import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());

type Act =
  | { readonly act: 'send'; readonly by: number; readonly markers: boolean }
  | { readonly act: 'read' | 'delivered'; readonly by: number; readonly seq: number }
  | { readonly act: 'delete'; readonly seq: number }
  | { readonly act: 'rejoin' };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('send'), by: fc.nat(1), markers: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('read', 'delivered'),
      by: fc.nat(1),
      seq: fc.nat(30),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('delete'), seq: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('rejoin') }) },
) as fc.Arbitrary<Act>;

describe('unread', () => {
  it('never drifts from a recount, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const pair = users(2);
        const [ana = '', bob = ''] = pair;
        const { id: conversationId } = await scene.group(ana, [bob]);
        const messages: { id: string; senderId: string; deleted: boolean }[] = [];
        const readUpTo = new Map(pair.map((userId) => [userId, 0]));
        for (const step of acts) {
          if (step.act === 'send') {
            const senderId = pair[step.by] ?? '';
            const { id, seq } = await scene.send(senderId, conversationId, 'x', step.markers);
            messages.push({ id, senderId, deleted: false });
            if (step.markers) readUpTo.set(senderId, seq);
          } else if (step.act === 'delete') {
            const message = messages[step.seq - 1];
            if (message === undefined) continue;
            const ref = { conversationId, messageId: message.id };
            await scene.call(message.senderId, 'message.delete', ref);
            message.deleted = true;
          } else if (step.act === 'rejoin') {
            await scene.call(bob, 'conversation.leave', { conversationId });
            await scene.call(ana, 'member.add', { conversationId, userIds: [bob] });
            readUpTo.set(bob, messages.length);
          } else {
            const userId = pair[step.by] ?? '';
            const { seq } = step;
            await scene.call(userId, `receipt.${step.act}`, { conversationId, seq });
            const known = readUpTo.get(userId) ?? 0;
            const reached = Math.min(seq, messages.length);
            if (step.act === 'read') readUpTo.set(userId, Math.max(known, reached));
          }
        }
        for (const userId of pair) {
          const lastReadSeq = readUpTo.get(userId) ?? 0;
          const unreadCount = messages.slice(lastReadSeq).filter(({ deleted }) => !deleted).length;
          const expected = { lastSeq: messages.length, lastReadSeq, unreadCount };
          const view = await scene.call(userId, 'conversation.get', { conversationId });
          expect(view).toMatchObject(expected);
          const { conversations } = await scene.call(userId, 'conversation.list', {});
          expect(conversations).toEqual([view]);
          const views = await scene.conversations.viewsOf(database.db, conversationId, pair);
          expect(views.get(userId)).toEqual(view);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('the inbox', () => {
  it('has what changed last first, and every conversation once, page by page', async () => {
    const [ana = '', ...others] = users(12);
    const ids: string[] = [];
    for (const other of others) ids.push((await scene.direct(ana, other)).id);
    await sql(
      database.db,
      `update conversations set updated_at = '2026-01-01' where id = any($1)`,
      [ids.slice(0, 7)],
    );
    await scene.send(ana, ids[3] ?? '', 'newest');
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await scene.call(ana, 'conversation.list', {
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.conversations.map(({ id }) => id));
      after = page.nextPage;
    } while (after !== undefined);
    expect(seen[0]).toBe(ids[3]);
    expect(seen).toHaveLength(11);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const tied = ids.slice(0, 7).filter((id) => id !== ids[3]);
    expect(seen.slice(-6)).toEqual(tied.sort().reverse());
  });

  it('carries the newest message as it is now', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.direct(ana, bob);
    const sent = await scene.send(ana, conversationId, 'one');
    const ref = { conversationId, messageId: sent.id };
    const edited = await scene.call(ana, 'message.edit', { ...ref, text: 'two' });
    const reacted = await scene.call(bob, 'message.react', { ...ref, emoji: '👍' });
    expect(reacted).toMatchObject({ ...edited, reactions: [{ emoji: '👍', count: 1 }] });
    const { conversations } = await scene.call(bob, 'conversation.list', {});
    expect(conversations[0]?.lastMessage).toEqual(reacted);
    expect(conversations[0]).toMatchObject({ lastSeq: 1, lastPos: 3, unreadCount: 1 });
  });
});

it('views leave out what the user is not a member of', async () => {
  const [ana = '', bob = '', eva = ''] = users(3);
  const { id } = await scene.direct(ana, bob);
  const { id: foreign } = await scene.direct(bob, eva);
  const views = await scene.conversations.views(database.db, ana, [id, foreign]);
  expect([...views.keys()]).toEqual([id]);
  const several = await scene.conversations.viewsOf(database.db, id, [ana, eva]);
  expect([...several.keys()]).toEqual([ana]);
});

it('several see several as each sees them alone, and nobody sees what is not theirs', async () => {
  const [ana = '', bob = '', eva = ''] = users(3);
  const { id } = await scene.group(ana, [bob]);
  const { id: other } = await scene.direct(bob, eva);
  const { id: empty } = await scene.group(eva, []);
  await scene.send(ana, id, 'unread');
  await sql(
    database.db,
    `update members set muted_until = '2030-01-02T03:04:05.678Z', pinned_at = '2026-01-01'
      where conversation_id = $1 and user_id = $2`,
    [id, bob],
  );
  const looks = [ana, bob, eva].flatMap((userId) =>
    [id, other, empty].map((conversationId) => ({ userId, conversationId })),
  );
  const seen = await scene.conversations.seen(database.db, [...looks, ...looks.slice(0, 1)]);
  const alone = await Promise.all(
    looks.map(async ({ userId, conversationId }) => {
      const views = await scene.conversations.views(database.db, userId, [conversationId]);
      return views.get(conversationId);
    }),
  );
  expect(seen).toEqual([...alone, alone[0]]);
  expect(seen.map((view) => view !== undefined)).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(seen[3]).toMatchObject({ unreadCount: 1, mutedUntil: '2030-01-02T03:04:05.678Z' });
});
