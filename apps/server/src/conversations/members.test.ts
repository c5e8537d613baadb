import { limits } from '@nova/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '#testing/failure.js';
import type { RecordedEvent } from '#testing/recording-bus.js';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { createUserNames } from '../users/user-names.ts';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db, { groupMaxMembers: 70 });
});
afterAll(() => database.close());
beforeEach(() => scene.bus.taken());

const recipientsOf = ({ outgoing }: RecordedEvent) =>
  'recipients' in outgoing ? (outgoing.recipients?.toSorted() ?? null) : outgoing.userId;
const durable = (events: RecordedEvent[]) =>
  events.filter(({ outgoing }) => outgoing.kind === 'durable');
const get = (userId: string, conversationId: string) =>
  scene.call(userId, 'conversation.get', { conversationId });

describe('adding', () => {
  it('tells each new member their conversation and everybody each new member', async () => {
    const [ana = '', bob = '', eva = '', tom = ''] = users(4);
    const names = createUserNames({
      db: database.db,
      cacheSize: 10,
      onError: (error) => expect.unreachable(String(error)),
    });
    names.remember(eva, 'Eva');
    await names.close();
    const { id: conversationId } = await scene.group(ana, [bob]);
    await scene.send(ana, conversationId, 'before');
    scene.bus.taken();
    const { added } = await scene.call(ana, 'member.add', {
      conversationId,
      userIds: [eva, bob, tom, eva],
    });
    expect(added.map(({ userId, name, role }) => ({ userId, name, role }))).toEqual([
      { userId: eva, name: 'Eva', role: 'member' },
      { userId: tom, name: undefined, role: 'member' },
    ]);
    const events = scene.bus.taken();
    const all = [ana, bob, eva, tom].sort();
    expect(events.map((event) => [event.event, event.pos, recipientsOf(event)])).toEqual(
      expect.arrayContaining([
        ['conversation.created', undefined, eva],
        ['conversation.created', undefined, tom],
        ['member.added', 2, all],
        ['member.added', 3, all],
      ]),
    );
    expect(events).toHaveLength(4);
    expect(durable(events).map(({ data }) => [data.member.userId, data.memberCount])).toEqual([
      [eva, 3],
      [tom, 4],
    ]);
    // The new members' view contains the events that say they joined, and nothing is unread.
    const view = await get(tom, conversationId);
    expect(view).toMatchObject({ lastPos: 3, memberCount: 4, unreadCount: 0, lastSeq: 1 });
    expect(view.lastMessage?.text).toBe('before');
    const joined = await sql<{ joined_pos: number }>(
      database.db,
      'select joined_pos from members where conversation_id = $1 order by joined_pos',
      [conversationId],
    );
    expect(joined.map((row) => row.joined_pos)).toEqual([0, 0, 2, 3]);
  });

  it('of members only changes nothing', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.group(ana, [bob]);
    scene.bus.taken();
    const reply = await scene.call(ana, 'member.add', { conversationId, userIds: [bob, ana] });
    expect(reply).toEqual({ added: [] });
    expect(scene.bus.taken()).toEqual([]);
  });

  it('past the bound adds nobody', async () => {
    const [ana = '', ...others] = users(71);
    const { id: conversationId } = await scene.group(ana, others.slice(0, 60));
    const adding = scene.call(ana, 'member.add', { conversationId, userIds: others.slice(60) });
    expect(await codeOf(adding)).toBe('conversationFull');
    expect((await get(ana, conversationId)).memberCount).toBe(61);
    const fitting = others.slice(60, 69);
    await scene.call(ana, 'member.add', { conversationId, userIds: fitting });
    expect((await get(ana, conversationId)).memberCount).toBe(70);
  });

  it('by several at once never passes the bound and numbers every change', async () => {
    const [ana = '', ...others] = users(80);
    const { id: conversationId } = await scene.group(ana, []);
    scene.bus.taken();
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        codeOf(
          scene.call(ana, 'member.add', {
            conversationId,
            userIds: others.slice(index * 9, index * 9 + 9),
          }),
        ),
      ),
    );
    expect(codes.filter((code) => code === 'conversationFull')).toHaveLength(1);
    const view = await get(ana, conversationId);
    expect(view).toMatchObject({ memberCount: 64, lastPos: 63 });
    const [row] = await sql<{ n: number }>(
      database.db,
      'select count(*)::integer as n from members where conversation_id = $1',
      [conversationId],
    );
    expect(row?.n).toBe(64);
    const positions = durable(scene.bus.taken()).map(({ pos }) => pos);
    expect(positions.toSorted((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: 63 }, (_, index) => index + 1),
    );
  });
});

describe('the bound of a small conversation', () => {
  it('names recipients up to it, nobody past it, and names them again below', async () => {
    const [ana = '', ...others] = users(limits.smallConversationMembers + 1);
    const last = others.at(-1) ?? '';
    const { id: conversationId } = await scene.group(ana, others.slice(0, -1));
    expect((await get(ana, conversationId)).members).toHaveLength(64);
    scene.bus.taken();

    await scene.call(ana, 'member.add', { conversationId, userIds: [last] });
    const [added] = durable(scene.bus.taken());
    expect(added?.outgoing).toMatchObject({ recipients: null, joined: [last] });
    const large = await get(ana, conversationId);
    expect(large).toMatchObject({ memberCount: 65 });
    expect(large.members).toBeUndefined();

    await scene.call(ana, 'member.remove', { conversationId, userId: last });
    const [removed] = durable(scene.bus.taken());
    expect(removed?.outgoing).toMatchObject({ left: [last] });
    expect(removed && recipientsOf(removed)).toEqual([ana, ...others.slice(0, -1)].sort());
  });
});

describe('going', () => {
  it('is told to those who stay and, as the last word, to who went', async () => {
    const [ana = '', bob = '', eva = ''] = users(3);
    const { id: conversationId } = await scene.group(ana, [bob, eva]);
    scene.bus.taken();
    await scene.call(ana, 'member.remove', { conversationId, userId: eva });
    const events = scene.bus.taken();
    expect(events.map((event) => [event.event, event.pos, recipientsOf(event)])).toEqual([
      ['member.removed', 1, [ana, bob].sort()],
      ['member.removed', undefined, eva],
    ]);
    const data = { userId: eva, removedBy: ana, memberCount: 2 };
    expect(events.map((event) => event.data)).toEqual([data, data]);
    const rows = await sql(
      database.db,
      'select data from log where user_id = $1 and type = 7 and subject_id = $2',
      [eva, conversationId],
    );
    expect(rows).toEqual([{ data }]);
    const again = scene.call(ana, 'member.remove', { conversationId, userId: eva });
    expect(await codeOf(again)).toBe('notFound');
  });

  it('and coming back begins anew', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.group(ana, [bob]);
    await scene.call(ana, 'member.setRole', { conversationId, userId: bob, role: 'admin' });
    await scene.call(bob, 'conversation.leave', { conversationId });
    await scene.send(ana, conversationId);
    await scene.call(ana, 'member.add', { conversationId, userIds: [bob] });
    expect(await get(bob, conversationId)).toMatchObject({ role: 'member', unreadCount: 0 });
    const [row] = await sql(
      database.db,
      'select joined_pos from members where conversation_id = $1 and user_id = $2',
      [conversationId, bob],
    );
    expect(row).toEqual({ joined_pos: 4 });
  });

  it('hands ownership to the highest role, and among equals to the earliest', async () => {
    const [ana = '', bob = '', eva = '', tom = ''] = users(4);
    const { id: conversationId } = await scene.group(ana, [bob]);
    await scene.call(ana, 'member.add', { conversationId, userIds: [eva] });
    await scene.call(ana, 'member.add', { conversationId, userIds: [tom] });
    await scene.call(ana, 'member.setRole', { conversationId, userId: tom, role: 'moderator' });
    scene.bus.taken();

    await scene.call(ana, 'conversation.leave', { conversationId });
    const events = durable(scene.bus.taken());
    expect(events.map(({ event, data }) => [event, data.userId, data.role])).toEqual([
      ['member.removed', ana, undefined],
      ['member.roleChanged', tom, 'owner'],
    ]);
    expect((await get(tom, conversationId)).role).toBe('owner');
    await scene.call(tom, 'conversation.leave', { conversationId });
    expect((await get(bob, conversationId)).role).toBe('owner');
    await scene.call(bob, 'conversation.leave', { conversationId });
    expect((await get(eva, conversationId)).role).toBe('owner');
  });

  it('of the last member leaves an empty conversation behind', async () => {
    const [ana = ''] = users(1);
    const { id: conversationId } = await scene.group(ana, []);
    scene.bus.taken();
    await scene.call(ana, 'conversation.leave', { conversationId });
    expect(scene.bus.taken().map(recipientsOf)).toEqual([[], ana]);
    expect(await codeOf(get(ana, conversationId))).toBe('notFound');
    expect((await scene.call(ana, 'conversation.list', {})).conversations).toEqual([]);
  });

  it('of an owner and of the heir at once leaves exactly one owner', async () => {
    for (let round = 0; round < 5; round++) {
      const [ana = '', bob = '', eva = ''] = users(3);
      const { id: conversationId } = await scene.group(ana, [bob, eva]);
      await scene.call(ana, 'member.setRole', { conversationId, userId: bob, role: 'admin' });
      await Promise.all([
        scene.call(ana, 'conversation.leave', { conversationId }),
        scene.call(bob, 'conversation.leave', { conversationId }),
      ]);
      expect(await get(eva, conversationId)).toMatchObject({ role: 'owner', memberCount: 1 });
    }
  });
});

describe('listing', () => {
  it('goes through all members by user id, page by page', async () => {
    const [ana = '', ...others] = users(8);
    const { id: conversationId } = await scene.group(ana, others);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await scene.call(ana, 'member.list', {
        conversationId,
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.members.map((member) => member.userId));
      after = page.nextPage;
    } while (after !== undefined);
    expect(seen).toEqual([ana, ...others].sort());
  });

  it('refuses a cursor that it did not give', async () => {
    const [ana = ''] = users(1);
    const { id: conversationId } = await scene.group(ana, []);
    for (const after of ['x', '!', 'AAAA', `${'A'.repeat(21)}B`, 'A'.repeat(128)]) {
      await expect(scene.call(ana, 'member.list', { conversationId, after })).rejects.toMatchObject(
        { code: 'invalidRequest', details: [{ field: 'after' }] },
      );
      await expect(scene.call(ana, 'conversation.list', { after })).rejects.toMatchObject({
        code: 'invalidRequest',
        details: [{ field: 'after' }],
      });
    }
  });
});

describe('a group’s looks', () => {
  it('change for all, and an unchanged one tells nobody', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.group(ana, [bob], 'Old');
    scene.bus.taken();
    const avatarUrl = 'https://a.example/a.png';
    const update = (input: { title?: string | null; avatarUrl?: string | null }) =>
      scene.call(ana, 'conversation.update', { conversationId, ...input });
    expect(await update({ title: ' New ', avatarUrl })).toMatchObject({ title: 'New', avatarUrl });
    expect(await update({ title: 'New' })).toMatchObject({ lastPos: 1 });
    const taken = await update({ title: null });
    expect(taken).toMatchObject({ avatarUrl, lastPos: 2 });
    expect(taken.title).toBeUndefined();
    expect(scene.bus.taken().map(({ event, data }) => [event, data])).toEqual([
      ['conversation.updated', { title: 'New', avatarUrl, updatedBy: ana }],
      ['conversation.updated', { title: null, avatarUrl, updatedBy: ana }],
    ]);
    expect(await get(bob, conversationId)).toMatchObject({ avatarUrl, lastPos: 2 });
  });
});
