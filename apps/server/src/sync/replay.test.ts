import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Queryable } from '#db/database.js';
import { RecentEvents } from '#delivery/recent-events.js';
import { openScene, type Scene, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { createCatchUp } from './catch-up.ts';
import { createReadView } from './read-view.ts';
import { type ReplayDeps, replay } from './replay.ts';
import { createTurns } from './turns.ts';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());

const options = { rowsPerConversation: 100, rowsInAll: 1_000, snapshotMessages: 10 };

interface Frame {
  readonly event: string;
  readonly conversationId: string;
  readonly data: { readonly id?: string; readonly role?: string; readonly memberCount?: number };
}

/** All come back in one turn: what each is sent, in order, and the statements that it took. */
async function comeBack(userIds: readonly string[]) {
  const statements: string[] = [];
  const counted: Queryable = {
    rows(statement, values) {
      statements.push(statement.name);
      return database.db.rows(statement, values);
    },
  };
  const db = { ...database.db, ...counted };
  const deps: ReplayDeps = {
    ...{ db, messages: scene.messages, conversations: scene.conversations },
    catchUp: createCatchUp({ db }),
    view: createReadView(db, scene.conversations),
    recent: new RecentEvents(1_000_000),
    callFrames: async () => [],
    snapshotTurns: createTurns(1),
  };
  const sent = await Promise.all(
    userIds.map(async (userId) => {
      const frames: Frame[] = [];
      await replay(deps, userId, 1n, options, (some) => {
        for (const frame of some) frames.push(JSON.parse(String(frame)) as Frame);
        return undefined;
      });
      return frames;
    }),
  );
  return { sent, statements };
}

const shown = (frames: readonly Frame[]): readonly (string | undefined)[] =>
  frames.filter(({ event }) => event === 'conversation.created').map(({ data }) => data.id);

it('shows a crowd what it was put into with few statements, each their own', async () => {
  const [owner = '', outsider = '', ...crowd] = users(42);
  const { id } = await scene.group(owner, crowd);
  const pairs = await Promise.all(
    crowd.slice(0, 10).map((one) => scene.direct(outsider, one).then((direct) => direct.id)),
  );
  const [gone = '', ...members] = crowd;
  await scene.call(gone, 'conversation.leave', { conversationId: id });
  const { sent, statements } = await comeBack([owner, ...members, gone, outsider]);
  const [ofOwner = [], ...others] = sent;
  const ofOutsider = others.pop() ?? [];
  const ofGone = others.pop() ?? [];
  expect(ofOwner[0]).toMatchObject({
    event: 'conversation.created',
    data: { id, role: 'owner', memberCount: 40 },
  });
  for (const [index, frames] of others.entries()) {
    const own = pairs[index + 1];
    expect(shown(frames)).toEqual(own === undefined ? [id] : [id, own]);
    expect(frames[0]?.data).toMatchObject({ role: 'member', memberCount: 40 });
  }
  expect(shown(ofGone)).toEqual(pairs.slice(0, 1));
  expect(new Set(shown(ofOutsider))).toEqual(new Set(pairs));
  const ofViews = statements.filter((name) => name.startsWith('conversation_'));
  expect(ofViews).toEqual(['conversation_seen', 'conversation_view_members']);
});

it('shows somebody who was put into many a piece at a time', async () => {
  const [ana = '', bob = ''] = users(2);
  const ids: string[] = [];
  for (let n = 0; n < 120; n++) ids.push((await scene.group(ana, [bob], `${n}`)).id);
  const { sent, statements } = await comeBack([bob]);
  expect(shown(sent[0] ?? [])).toEqual(ids);
  expect(statements.filter((name) => name === 'conversation_seen')).toHaveLength(2);
});
