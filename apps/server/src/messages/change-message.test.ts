import { limits } from '@nova/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '#testing/failure.js';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';

let database: TestDatabase;
let scene: Scene;
let ana: string;
let bob: string;
let conversationId: string;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db, { messageMaxLength: 20 });
});
afterAll(() => database.close());
beforeEach(async () => {
  [ana = '', bob = ''] = users(2);
  conversationId = (await scene.group(ana, [bob])).id;
  scene.bus.taken();
});

const events = () => scene.bus.taken().map(({ event, pos, data }) => ({ event, pos, data }));
const get = (userId: string, messageId: string) =>
  scene.call(userId, 'message.get', { conversationId, messageId });
const stored = async (table: string, messageId: string) => {
  const [row] = await sql<{ n: number }>(
    database.db,
    `select count(*)::integer as n from ${table} where message_id = $1`,
    [messageId],
  );
  return row?.n;
};

describe('editing', () => {
  const edit = (userId: string, messageId: string, text: string, version?: number) =>
    scene.call(userId, 'message.edit', {
      conversationId,
      messageId,
      text,
      ...(version === undefined ? {} : { version }),
    });

  it('gives everybody the new text and keeps the old one', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    const edited = await edit(ana, sent.id, ' two ', 1);
    expect(edited).toMatchObject({ id: sent.id, seq: 1, text: 'two', version: 2 });
    expect(events()).toEqual([{ event: 'message.edited', pos: 2, data: edited }]);
    expect(await get(bob, sent.id)).toEqual(edited);
    const { editedAt = '' } = edited;
    await edit(ana, sent.id, 'three', 2);
    const ref = { conversationId, messageId: sent.id };
    expect(await scene.call(bob, 'message.versions', ref)).toEqual({
      versions: [
        { version: 1, text: 'one', at: sent.createdAt },
        { version: 2, text: 'two', at: editedAt },
      ],
    });
  });

  it('to the same text changes nothing', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    expect(await edit(ana, sent.id, ' one')).toEqual(sent);
    expect(events()).toEqual([]);
    expect(await stored('message_versions', sent.id)).toBe(0);
  });

  it('based on another version is refused, naming the present one', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    await edit(ana, sent.id, 'two');
    await expect(edit(ana, sent.id, 'three', 1)).rejects.toMatchObject({
      code: 'versionConflict',
      details: [{ field: 'version', expected: '2' }],
    });
  });

  it('twice at once, based on the same version, succeeds once', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    const codes = await Promise.all([
      codeOf(edit(ana, sent.id, 'two', 1)),
      codeOf(edit(ana, sent.id, 'three', 1)),
      codeOf(edit(ana, sent.id, 'four', 1)),
    ]);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'versionConflict')).toHaveLength(2);
    expect((await get(ana, sent.id)).version).toBe(2);
  });

  it('ends with the window', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    const age = 'update messages set created_at = created_at - $2::interval where id = $1';
    await sql(database.db, age, [sent.id, '23 hours 59 minutes']);
    await edit(ana, sent.id, 'two');
    await sql(database.db, age, [sent.id, '2 minutes']);
    expect(await codeOf(edit(ana, sent.id, 'three'))).toBe('editWindowClosed');
  });

  it('is for text messages that are there, with a text that fits', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    expect(await codeOf(edit(ana, sent.id, 'x'.repeat(21)))).toBe('messageTooLong');
    expect(await codeOf(edit(ana, sent.id, '  '))).toBe('invalidRequest');
    expect(await codeOf(edit(ana, conversationId, 'two'))).toBe('notFound');
    await sql(database.db, 'update messages set kind = 3 where id = $1', [sent.id]);
    expect(await codeOf(edit(ana, sent.id, 'two'))).toBe('forbidden');
    await scene.call(ana, 'message.delete', { conversationId, messageId: sent.id });
    expect(await codeOf(edit(ana, sent.id, 'two'))).toBe('notFound');
  });

  it('ends with the number of kept versions', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    const wear = 'update messages set version = $2 where id = $1';
    await sql(database.db, wear, [sent.id, limits.messageVersions]);
    await edit(ana, sent.id, 'two');
    expect(await codeOf(edit(ana, sent.id, 'three'))).toBe('forbidden');
  });

  it('by somebody who is removed at the same time happens before or not at all', async () => {
    for (let round = 0; round < 10; round++) {
      const [eva = ''] = users(1);
      await scene.call(ana, 'member.add', { conversationId, userIds: [eva] });
      const sent = await scene.send(eva, conversationId, 'one');
      scene.bus.taken();
      const [code] = await Promise.all([
        codeOf(edit(eva, sent.id, 'two')),
        scene.call(ana, 'member.remove', { conversationId, userId: eva }),
      ]);
      const order = events()
        .filter(({ pos }) => pos !== undefined)
        .sort((a, b) => (a.pos ?? 0) - (b.pos ?? 0));
      expect(order.map(({ event }) => event)).toEqual(
        code === undefined ? ['message.edited', 'member.removed'] : ['member.removed'],
      );
      expect((await get(ana, sent.id)).text).toBe(code === undefined ? 'two' : 'one');
    }
  });
});

describe('deleting', () => {
  const remove = (userId: string, messageId: string) =>
    scene.call(userId, 'message.delete', { conversationId, messageId });

  it('takes the content everywhere at once and keeps the place', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    const ref = { conversationId, messageId: sent.id };
    await scene.call(ana, 'message.edit', { ...ref, text: 'two' });
    await scene.call(bob, 'message.react', { ...ref, emoji: '👍' });
    scene.bus.taken();
    const deleted = await remove(ana, sent.id);
    expect(deleted).toMatchObject({ id: sent.id, seq: 1, deletedAt: expect.any(String) });
    expect(deleted).not.toHaveProperty('text');
    expect(deleted).not.toHaveProperty('reactions');
    expect(events()).toEqual([{ event: 'message.deleted', pos: 4, data: deleted }]);
    expect(await get(bob, sent.id)).toEqual(deleted);
    expect(await scene.call(bob, 'message.versions', ref)).toEqual({ versions: [] });
    expect(await stored('message_versions', sent.id)).toBe(0);
    expect(await stored('reactions', sent.id)).toBe(0);
    const view = await scene.call(bob, 'conversation.get', { conversationId });
    expect(view).toMatchObject({ lastMessage: deleted, unreadCount: 0, lastSeq: 1 });
  });

  it('again gives the same and tells nobody', async () => {
    const sent = await scene.send(ana, conversationId, 'one');
    const first = await remove(ana, sent.id);
    scene.bus.taken();
    expect(await remove(ana, sent.id)).toEqual(first);
    expect(events()).toEqual([]);
    expect(await codeOf(remove(bob, sent.id))).toBe('forbidden');
  });

  it('one’s own ends with the window; what is deleted stays so for a repeated request', async () => {
    const age = 'update messages set created_at = created_at - $2::interval where id = $1';
    const [early, late] = [
      await scene.send(ana, conversationId, 'one'),
      await scene.send(ana, conversationId, 'two'),
    ];
    await sql(database.db, age, [early.id, '23 hours 59 minutes']);
    const deleted = await remove(ana, early.id);
    await sql(database.db, age, [early.id, '2 hours']);
    expect(await remove(ana, early.id)).toMatchObject({ deletedAt: deleted.deletedAt });
    await sql(database.db, age, [late.id, '24 hours 1 minute']);
    scene.bus.taken();
    expect(await codeOf(remove(ana, late.id))).toBe('recallWindowClosed');
    expect(events()).toEqual([]);
    expect((await get(bob, late.id)).text).toBe('two');
  });

  it('another’s, as one who may, knows no window', async () => {
    const sent = await scene.send(bob, conversationId, 'one');
    const age = `update messages set created_at = created_at - interval '1 year' where id = $1`;
    await sql(database.db, age, [sent.id]);
    expect(await codeOf(remove(bob, sent.id))).toBe('recallWindowClosed');
    expect(await remove(ana, sent.id)).toHaveProperty('deletedAt');
  });
});

describe('reactions', () => {
  const react = (userId: string, messageId: string, emoji: string) =>
    scene.call(userId, 'message.react', { conversationId, messageId, emoji });
  const unreact = (userId: string, messageId: string, emoji: string) =>
    scene.call(userId, 'message.unreact', { conversationId, messageId, emoji });

  it('are counted by emoji, in the order in which they came', async () => {
    const { id, seq } = await scene.send(ana, conversationId);
    await react(bob, id, '🎉');
    await react(ana, id, '👍');
    const reply = await react(ana, id, '🎉');
    expect(reply.reactions).toEqual([
      { emoji: '🎉', count: 2, userIds: [bob, ana] },
      { emoji: '👍', count: 1, userIds: [ana] },
    ]);
    expect(events()[0]).toEqual({
      event: 'reaction.added',
      pos: 2,
      data: { messageId: id, seq, userId: bob, emoji: '🎉' },
    });
    expect((await unreact(bob, id, '🎉')).reactions).toEqual([
      { emoji: '👍', count: 1, userIds: [ana] },
      { emoji: '🎉', count: 1, userIds: [ana] },
    ]);
    expect(events()).toEqual([
      {
        event: 'reaction.removed',
        pos: 5,
        data: { messageId: id, seq, userId: bob, emoji: '🎉' },
      },
    ]);
  });

  it('repeated, or taken back without having been left, tell nobody', async () => {
    const { id } = await scene.send(ana, conversationId);
    await react(bob, id, '👍');
    scene.bus.taken();
    const again = await Promise.all([react(bob, id, '👍'), react(bob, id, '👍')]);
    expect(again.map((message) => message.reactions?.[0]?.count)).toEqual([1, 1]);
    await unreact(ana, id, '👍');
    await unreact(bob, id, '🎉');
    expect(events()).toEqual([]);
  });

  it('need a message that is there', async () => {
    const { id } = await scene.send(ana, conversationId);
    await scene.call(ana, 'message.delete', { conversationId, messageId: id });
    expect(await codeOf(react(bob, id, '👍'))).toBe('notFound');
    expect(await codeOf(unreact(bob, id, '👍'))).toBe('notFound');
    expect(await codeOf(react(bob, conversationId, '👍'))).toBe('notFound');
  });

  it('are bounded by user and by message', async () => {
    const { id } = await scene.send(ana, conversationId);
    const insert = `insert into reactions select $1, $2, 'e' || n, $3, now()
      from generate_series($4::integer, $5::integer) as n`;
    const fill = (userId: string, from: number, to: number) =>
      sql(database.db, insert, [conversationId, id, userId, from, to]);
    await fill(bob, 1, limits.reactionsPerUserAndMessage - 1);
    await react(bob, id, 'last');
    expect(await codeOf(react(bob, id, 'more'))).toBe('forbidden');
    const [eva = ''] = users(1);
    await fill(eva, 1, limits.emojiPerMessage - 1);
    expect(await codeOf(react(ana, id, 'new'))).toBe('forbidden');
    await react(ana, id, 'e1');
  });

  it('name the first twenty of those who left one', async () => {
    const { id } = await scene.send(ana, conversationId);
    const many = users(30);
    await sql(
      database.db,
      `insert into reactions select $1, $2, '👍', user_id, now() + place * interval '1 second'
        from unnest($3::uuid[]) with ordinality as r (user_id, place)`,
      [conversationId, id, many],
    );
    const [reaction] = (await get(ana, id)).reactions ?? [];
    expect(reaction).toEqual({ emoji: '👍', count: 30, userIds: many.slice(0, 20) });
  });
});

it('a body that does not open is shown without text, counted, and can be written anew', async () => {
  const { id } = await scene.send(ana, conversationId, 'one');
  const other = await scene.send(ana, conversationId, 'two');
  await sql(database.db, `update messages set body = '\\x0102' where id = $1`, [id]);
  scene.broken.length = 0;
  const { messages } = await scene.call(bob, 'message.list', { conversationId });
  expect(messages.map(({ text }) => text)).toEqual([undefined, 'two']);
  expect(messages[1]).toEqual(other);
  expect(scene.broken).toEqual([id]);
  const ref = { conversationId, messageId: id };
  const edited = await scene.call(ana, 'message.edit', { ...ref, text: 'again' });
  expect(edited).toMatchObject({ text: 'again', version: 2 });
  expect(await scene.call(ana, 'message.versions', ref)).toEqual({ versions: [] });
});
