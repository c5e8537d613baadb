import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db, { groupMaxMembers: 70 });
});
afterAll(() => database.close());
beforeEach(() => scene.bus.taken());

const error = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    ...(field === undefined ? {} : { details: [expect.objectContaining({ field })] }),
  });

describe('a direct conversation', () => {
  it('appears to both, each with their own view', async () => {
    const [ana = '', bob = ''] = users(2);
    const view = await scene.direct(ana, bob);
    expect(view).toMatchObject({ kind: 'direct', memberCount: 2, lastSeq: 0, lastPos: 0 });
    expect(view.members?.map((member) => member.userId).sort()).toEqual([ana, bob].sort());
    const events = scene.bus.taken();
    expect(events.map(({ outgoing }) => 'userId' in outgoing && outgoing.userId).sort()).toEqual(
      [ana, bob].sort(),
    );
    expect(events.map(({ event, data }) => [event, data.id])).toEqual([
      ['conversation.created', view.id],
      ['conversation.created', view.id],
    ]);
    const rows = await sql(
      database.db,
      `select user_id, data, subject_id from log where subject_id = $1 order by user_id`,
      [view.id],
    );
    expect(rows).toEqual(
      [ana, bob].sort().map((userId) => ({ user_id: userId, data: null, subject_id: view.id })),
    );
  });

  it('is one, whoever of the two asks again, and the second asking tells nobody', async () => {
    const [ana = '', bob = ''] = users(2);
    const first = await scene.direct(ana, bob);
    scene.bus.taken();
    const second = await scene.direct(bob, ana);
    expect(second.id).toBe(first.id);
    expect(scene.bus.taken()).toEqual([]);
  });

  it('is one when both sides create it at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [ana = '', bob = ''] = users(2);
      const views = await Promise.all([
        scene.direct(ana, bob),
        scene.direct(bob, ana),
        scene.direct(ana, bob),
        scene.direct(bob, ana),
      ]);
      expect(new Set(views.map((view) => view.id)).size).toBe(1);
      expect(scene.bus.taken()).toHaveLength(2);
    }
  });

  it('takes exactly one other user and neither title nor picture', async () => {
    const [ana = '', bob = '', eva = ''] = users(3);
    const create = (input: object) =>
      scene.call(ana, 'conversation.create', { kind: 'direct', memberIds: [bob], ...input });
    await expect(create({ memberIds: [] })).rejects.toEqual(error('invalidRequest', 'memberIds'));
    await expect(create({ memberIds: [ana] })).rejects.toEqual(
      error('invalidRequest', 'memberIds'),
    );
    await expect(create({ memberIds: [bob, eva] })).rejects.toEqual(
      error('invalidRequest', 'memberIds'),
    );
    await expect(create({ title: 'us' })).rejects.toEqual(error('invalidRequest', 'title'));
    await expect(create({ avatarUrl: 'https://a.example/a.png' })).rejects.toEqual(
      error('invalidRequest', 'avatarUrl'),
    );
    expect(scene.bus.taken()).toEqual([]);
  });
});

describe('a group', () => {
  it('has its creator as owner and every other user once', async () => {
    const [ana = '', bob = '', eva = ''] = users(3);
    const view = await scene.group(ana, [bob, eva, bob, ana], '  Crew \n');
    expect(view).toMatchObject({ kind: 'group', title: 'Crew', role: 'owner', memberCount: 3 });
    const roles = new Map(view.members?.map((member) => [member.userId, member.role]));
    expect([roles.get(ana), roles.get(bob), roles.get(eva)]).toEqual(['owner', 'member', 'member']);
    const views = scene.bus.taken().map(({ data }) => data.role);
    expect(views.sort()).toEqual(['member', 'member', 'owner']);
  });

  it('may begin with its owner alone', async () => {
    const [ana = ''] = users(1);
    expect(await scene.group(ana, [])).toMatchObject({ memberCount: 1, role: 'owner' });
  });

  it('counts the code points of its title after trimming', async () => {
    const [ana = ''] = users(1);
    const create = (title: string) => scene.group(ana, [], title);
    expect((await create(` ${'🦊'.repeat(200)} `)).title).toBe('🦊'.repeat(200));
    await expect(create('🦊'.repeat(201))).rejects.toEqual(error('invalidRequest', 'title'));
    await expect(create('a'.repeat(201))).rejects.toEqual(error('invalidRequest', 'title'));
    await expect(create(' \t ')).rejects.toEqual(error('invalidRequest', 'title'));
  });

  it('is refused past its bound, with the creator counted', async () => {
    const [ana = '', ...others] = users(71);
    await expect(scene.group(ana, others)).rejects.toEqual(error('conversationFull'));
    const full = await scene.group(ana, others.slice(1));
    expect(full).toMatchObject({ memberCount: 70 });
    expect(full.members).toBeUndefined();
  });
});
