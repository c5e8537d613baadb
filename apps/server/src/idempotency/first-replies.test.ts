import { limits } from '@nova/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { forgetExpired } from './forget-expired.ts';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());
beforeEach(() => scene.bus.taken());

const createGroup = (idempotencyKey: string, memberIds: string[] = []) => ({
  kind: 'group' as const,
  memberIds,
  title: 'Crew',
  idempotencyKey,
});

describe('the same idempotency key', () => {
  it('creates one group, however many requests come at once', async () => {
    const [ana = '', bob = ''] = users(2);
    const input = createGroup('one', [bob]);
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => scene.call(ana, 'conversation.create', input)),
    );
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(scene.bus.taken()).toHaveLength(2);
    const [row] = await sql<{ n: number }>(
      database.db,
      'select count(*)::integer as n from conversations where created_by = $1',
      [ana],
    );
    expect(row?.n).toBe(1);
  });

  it('is another one for another user', async () => {
    const [ana = '', bob = ''] = users(2);
    const input = createGroup('mine');
    const first = await scene.call(ana, 'conversation.create', input);
    const second = await scene.call(bob, 'conversation.create', input);
    expect(second.id).not.toBe(first.id);
  });

  it('is refused for another request or another operation', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.group(ana, [bob]);
    const key = { idempotencyKey: 'k' };
    const message = await scene.send(ana, conversationId);
    const update = { conversationId, title: 'New', ...key };
    await scene.call(ana, 'conversation.update', update);
    const conflict = expect.objectContaining({ code: 'idConflict' });
    await expect(
      scene.call(ana, 'conversation.update', { ...update, title: 'Other' }),
    ).rejects.toEqual(conflict);
    await expect(
      scene.call(ana, 'message.delete', { conversationId, messageId: message.id, ...key }),
    ).rejects.toEqual(conflict);
  });

  it('answers who has left with the reply to the leaving', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.group(ana, [bob]);
    const input = { conversationId, idempotencyKey: 'leave' };
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => scene.call(bob, 'conversation.leave', input)),
    );
    expect(replies).toEqual([{}, {}, {}, {}]);
    expect(scene.bus.taken().filter(({ event }) => event === 'member.removed')).toHaveLength(2);
  });

  it('gives the text of the first reply, and none of a message deleted since', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.direct(ana, bob);
    const { id: messageId } = await scene.send(ana, conversationId, 'one');
    const edit = (text: string, idempotencyKey: string) =>
      scene.call(ana, 'message.edit', { conversationId, messageId, text, idempotencyKey });
    const first = await edit('two', 'a');
    expect(await edit('two', 'a')).toEqual(first);
    await edit('three', 'b');
    expect(await edit('two', 'a')).toEqual(first);
    const deleted = await scene.call(ana, 'message.delete', { conversationId, messageId });
    expect(await edit('two', 'a')).toEqual(deleted);
  });

  it('gives a conversation as it was, its newest message without what was deleted', async () => {
    const [ana = '', bob = ''] = users(2);
    const { id: conversationId } = await scene.group(ana, [bob]);
    const { id: messageId } = await scene.send(ana, conversationId, 'secret');
    const input = { conversationId, title: 'Renamed', idempotencyKey: 't' };
    const first = await scene.call(ana, 'conversation.update', input);
    expect(first.lastMessage?.text).toBe('secret');
    await scene.call(ana, 'conversation.update', { conversationId, title: 'Again' });
    expect(await scene.call(ana, 'conversation.update', input)).toEqual(first);
    await scene.call(ana, 'message.delete', { conversationId, messageId });
    const later = await scene.call(ana, 'conversation.update', input);
    expect(later).toMatchObject({ title: 'Renamed', lastMessage: { id: messageId } });
    expect(later.lastMessage?.text).toBeUndefined();
  });

  it('keeps nothing of a request that failed', async () => {
    const [ana = '', bob = '', eva = ''] = users(3);
    const { id: conversationId } = await scene.group(ana, [bob]);
    const add = { conversationId, userIds: [eva], idempotencyKey: 'add' };
    await expect(scene.call(bob, 'member.add', add)).rejects.toMatchObject({ code: 'forbidden' });
    await scene.call(ana, 'member.setRole', { conversationId, userId: bob, role: 'moderator' });
    expect((await scene.call(bob, 'member.add', add)).added).toHaveLength(1);
  });
});

it('a key is forgotten once its hours are over, and free from then on', async () => {
  const [ana = ''] = users(1);
  const input = createGroup('old');
  const first = await scene.call(ana, 'conversation.create', input);
  await sql(
    database.db,
    `update idempotency_keys set created_at = now() - make_interval(hours => $2, secs => 1)
      where user_id = $1`,
    [ana, limits.idempotencyKeyHours],
  );
  const second = await scene.call(ana, 'conversation.create', input);
  expect(second.id).not.toBe(first.id);

  await sql(
    database.db,
    `insert into idempotency_keys (user_id, key, operation, request_hash, reply, created_at)
      select gen_random_uuid(), 'k', 'x', '', '', now() - interval '25 hours'
      from generate_series(1, 2500)`,
  );
  expect(await forgetExpired(database.db)).toBe(2_500);
  expect(await scene.call(ana, 'conversation.create', input)).toEqual(second);
});
