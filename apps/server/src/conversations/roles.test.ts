/** Who may do what to whom: every pair of roles, held against the rules in words. */
import type { Role } from '@nova/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf } from '#testing/failure.js';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';

const roles: readonly Role[] = ['owner', 'admin', 'moderator', 'member'];
const pairs = roles.flatMap((actor) => roles.map((target) => [actor, target] as const));

/** Roles that each role may act on. */
const below: Record<Role, readonly Role[]> = {
  owner: ['admin', 'moderator', 'member'],
  admin: ['moderator', 'member'],
  moderator: ['member'],
  member: [],
};

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());

/** A group in which two users hold given roles; somebody else made it. */
async function groupOf(actorRole: Role, targetRole: Role) {
  const [maker = '', actor = '', target = ''] = users(3);
  const { id: conversationId } = await scene.group(maker, [actor, target]);
  const assign = 'update members set role = $3 where conversation_id = $1 and user_id = $2';
  await sql(database.db, assign, [conversationId, actor, actorRole]);
  await sql(database.db, assign, [conversationId, target, targetRole]);
  return { conversationId, actor, target };
}

describe.each(pairs)('%s acting on %s', (actorRole, targetRole) => {
  const above = below[actorRole].includes(targetRole);

  it('removes those below, as moderator or more', async () => {
    const { conversationId, actor, target } = await groupOf(actorRole, targetRole);
    const removal = scene.call(actor, 'member.remove', { conversationId, userId: target });
    expect(await codeOf(removal)).toBe(above ? undefined : 'forbidden');
    const get = scene.call(target, 'conversation.get', { conversationId });
    expect(await codeOf(get)).toBe(above ? 'notFound' : undefined);
  });

  it('deletes messages of those below, as moderator or more', async () => {
    const { conversationId, actor, target } = await groupOf(actorRole, targetRole);
    const { id: messageId } = await scene.send(target, conversationId);
    const deletion = scene.call(actor, 'message.delete', { conversationId, messageId });
    expect(await codeOf(deletion)).toBe(above ? undefined : 'forbidden');
  });

  it('never edits their messages', async () => {
    const { conversationId, actor, target } = await groupOf(actorRole, targetRole);
    const { id: messageId } = await scene.send(target, conversationId);
    const edit = scene.call(actor, 'message.edit', { conversationId, messageId, text: 'no' });
    expect(await codeOf(edit)).toBe('forbidden');
  });

  it('gives those below roles below its own, as admin or more', async () => {
    for (const role of roles) {
      const { conversationId, actor, target } = await groupOf(actorRole, targetRole);
      const allowed =
        (actorRole === 'owner' || actorRole === 'admin') &&
        above &&
        below[actorRole].includes(role);
      const change = scene.call(actor, 'member.setRole', { conversationId, userId: target, role });
      expect([role, await codeOf(change)]).toEqual([role, allowed ? undefined : 'forbidden']);
      const [row] = await sql<{ role: Role }>(
        database.db,
        'select role from members where conversation_id = $1 and user_id = $2',
        [conversationId, target],
      );
      expect(row?.role).toBe(allowed ? role : targetRole);
    }
  });
});

describe.each(roles)('%s', (role) => {
  it('adds members as moderator or more', async () => {
    const { conversationId, actor } = await groupOf(role, 'member');
    const adding = scene.call(actor, 'member.add', { conversationId, userIds: users(1) });
    expect(await codeOf(adding)).toBe(role === 'member' ? 'forbidden' : undefined);
  });

  it('changes title and picture as admin or more', async () => {
    const { conversationId, actor } = await groupOf(role, 'member');
    const update = scene.call(actor, 'conversation.update', { conversationId, title: 'New' });
    const allowed = role === 'owner' || role === 'admin';
    expect(await codeOf(update)).toBe(allowed ? undefined : 'forbidden');
  });

  it('may not change its own role', async () => {
    const { conversationId, actor } = await groupOf(role, 'member');
    for (const wanted of roles) {
      const input = { conversationId, userId: actor, role: wanted };
      expect(await codeOf(scene.call(actor, 'member.setRole', input))).toBe('forbidden');
    }
  });

  it('leaves as it likes, also by removing itself', async () => {
    const first = await groupOf(role, 'member');
    const { conversationId, actor } = await groupOf(role, 'member');
    const leave = scene.call(first.actor, 'conversation.leave', {
      conversationId: first.conversationId,
    });
    expect(await codeOf(leave)).toBeUndefined();
    const removal = scene.call(actor, 'member.remove', { conversationId, userId: actor });
    expect(await codeOf(removal)).toBeUndefined();
  });

  it('deletes what somebody left behind, as moderator or more', async () => {
    const { conversationId, actor, target } = await groupOf(role, 'admin');
    const { id: messageId } = await scene.send(target, conversationId);
    await scene.call(target, 'conversation.leave', { conversationId });
    const deletion = scene.call(actor, 'message.delete', { conversationId, messageId });
    expect(await codeOf(deletion)).toBe(role === 'member' ? 'forbidden' : undefined);
  });
});

it('a direct conversation is neither changed nor left, and nobody deletes the other’s words', async () => {
  const [ana = '', bob = '', eva = ''] = users(3);
  const { id: conversationId } = await scene.direct(ana, bob);
  const { id: messageId } = await scene.send(bob, conversationId);
  const refused = await Promise.all(
    [
      scene.call(ana, 'conversation.update', { conversationId, title: 'us' }),
      scene.call(ana, 'conversation.leave', { conversationId }),
      scene.call(ana, 'member.add', { conversationId, userIds: [eva] }),
      scene.call(ana, 'member.remove', { conversationId, userId: bob }),
      scene.call(ana, 'member.remove', { conversationId, userId: ana }),
      scene.call(ana, 'member.setRole', { conversationId, userId: bob, role: 'member' }),
      scene.call(ana, 'message.delete', { conversationId, messageId }),
    ].map(codeOf),
  );
  expect(refused).toEqual(refused.map(() => 'forbidden'));
});

it('who is not a member is told that nothing is there, whatever the request', async () => {
  const [ana = '', eva = ''] = users(2);
  const { id: conversationId } = await scene.group(ana, []);
  const { id: messageId } = await scene.send(ana, conversationId);
  const ref = { conversationId, messageId };
  const refused = await Promise.all(
    [
      scene.call(eva, 'conversation.get', { conversationId }),
      scene.call(eva, 'conversation.update', { conversationId, title: 'mine' }),
      scene.call(eva, 'conversation.leave', { conversationId }),
      scene.call(eva, 'member.list', { conversationId }),
      scene.call(eva, 'member.add', { conversationId, userIds: [eva] }),
      scene.call(eva, 'member.remove', { conversationId, userId: ana }),
      scene.call(eva, 'member.setRole', { conversationId, userId: eva, role: 'owner' }),
      scene.call(eva, 'message.list', { conversationId }),
      scene.call(eva, 'message.get', ref),
      scene.call(eva, 'message.versions', ref),
      scene.call(eva, 'message.edit', { ...ref, text: 'mine' }),
      scene.call(eva, 'message.delete', ref),
      scene.call(eva, 'message.react', { ...ref, emoji: '👍' }),
      scene.call(eva, 'message.unreact', { ...ref, emoji: '👍' }),
      scene.call(eva, 'receipt.read', { conversationId, seq: 1 }),
      scene.call(eva, 'receipt.delivered', { conversationId, seq: 1 }),
      scene.call(eva, 'typing.start', { conversationId }),
      scene.call(eva, 'typing.stop', { conversationId }),
    ].map(codeOf),
  );
  expect(refused).toEqual(refused.map(() => 'notFound'));
});
