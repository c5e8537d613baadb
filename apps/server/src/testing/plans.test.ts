/** What is read often, or under a lock, is found by an index however much is stored. */
import { limits } from '@nova/protocol/wire';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as callStatements from '#calls/call-batch-statements.js';
import {
  callById,
  callForViewer,
  callOf,
  callsChangedSince,
  liveCallOf,
  liveCallsFor,
  liveChangedFor,
} from '#calls/call-store.js';
import { historyPage } from '#calls/history-store.js';
import { dueCalls } from '#calls/node-store.js';
import { readPresent } from '#calls/read-present.js';
import { memberPage } from '#conversations/member-store.js';
import type { Queryable } from '#db/database.js';
import { planning } from '#db/lasting-client.js';
import type { Pipeline } from '#db/pipeline-connection.js';
import { deleteExpiredReplies, lockAndReadReply } from '#idempotency/reply-store.js';
import { batchStatements } from '#messages/batch-statements.js';
import { messageRowForChange, versionRows } from '#messages/message-store.js';
import { reactionCounts } from '#messages/reaction-store.js';
import { visibleUsers } from '#presence/presence-store.js';
import { changedSince, movedSince, storeMarkers } from '#receipts/receipt-store.js';
import { createReadMissing } from '#sync/read-missing.js';
import { createTypists } from '#typing/typists.js';
import { readBlocked } from '#users/block-store.js';
import { type Crowd, fillWithCrowd } from './crowd.ts';
import { explain } from './explain.ts';
import { openScene, type Scene, sql, users } from './scene.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let scene: Scene;
let crowd: Crowd;
let messageId: string;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
  crowd = await fillWithCrowd(scene, database.db);
  const [row] = await sql<{ id: string }>(
    database.db,
    'select id from messages where conversation_id = $1 and seq = 10000',
    [crowd.long],
  );
  messageId = row?.id ?? '';
});
afterAll(() => database.close());

type Database = TestDatabase['db'];

/** A pipeline on a connection that has none. */
function oneByOne(tx: Queryable): Pipeline {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    rows<Row>(...query: Parameters<Queryable['rows']>) {
      const next = turn.then(() => tx.rows<Row>(...query));
      turn = next;
      return next;
    },
    command: async () => undefined,
  };
}

const never = (): never => {
  throw new Error('nothing is judged here');
};

/** Every scan of every statement is one by an index, and these indexes are among them. */
async function expectIndexes(body: (db: Database) => Promise<unknown>, ...indexes: string[]) {
  const statements = await explain(database.db, body);
  expect(statements.length).toBeGreaterThan(0);
  for (const { name, scans } of statements) {
    const full = scans.filter((scan) => scan.startsWith('Seq Scan'));
    expect({ name, full }).toEqual({ name, full: [] });
  }
  const scans = statements.flatMap((statement) => statement.scans).join('\n');
  for (const index of indexes) expect(scans).toContain(index);
}

describe('by index alone', () => {
  it('the inbox', () =>
    expectIndexes(
      (db) => scene.conversations.inbox(db, crowd.viewer, { limit: 50 }),
      'members_user',
      'conversations_pkey',
      'messages_seq',
      'messages_deleted',
    ));

  it('the views of some conversations, by one and by several', () =>
    expectIndexes(async (db) => {
      await scene.conversations.views(db, crowd.viewer, crowd.conversationIds.slice(0, 20));
      const userId = crowd.viewer;
      const looks = crowd.conversationIds.map((conversationId) => ({ conversationId, userId }));
      await scene.conversations.seen(db, looks.slice(0, 20));
    }, 'messages_seq'));

  it.each([{ before: 10_000 }, { after: 10_000 }, { around: 10_000 }, {}])(
    'a page of the history: %o',
    (query) =>
      expectIndexes(
        (db) =>
          scene.messages.page(db, crowd.long, { ...query, limit: 50, viewerId: crowd.viewer }),
        'messages_seq',
        'reactions_pkey',
      ),
  );

  it('single messages, their versions and reactions', () =>
    expectIndexes(async (db) => {
      const ref = { conversationId: crowd.long, messageId };
      await scene.messages.byRefs(db, [ref]);
      await scene.messages.forViewer(db, crowd.viewer, ref);
      await versionRows(db, crowd.viewer, ref);
      await db.transaction(async (tx) => {
        await messageRowForChange(tx, ref);
        await reactionCounts(tx, ref, { userId: crowd.viewer, emoji: '👍' });
      });
    }, 'messages_pkey'));

  it('members, markers and typing', () =>
    expectIndexes(async (db) => {
      const { viewer, long: conversationId } = crowd;
      await memberPage(db, viewer, conversationId, { pastUserId: undefined, limit: 100 });
      await createTypists({ db, bus: scene.bus, cacheSize: 1 }).audience(conversationId, viewer);
      const marker = { conversationId, userId: viewer, readSeq: 5, deliveredSeq: 5 };
      await db.transaction((tx) => storeMarkers(tx, [marker]));
      await changedSince(db, [{ userId: viewer, horizon: 1n }]);
    }, 'members_user'));

  it('the markers that the bus did not bring', () =>
    expectIndexes(async (db) => {
      const [now] = await sql<{ xid: string }>(
        database.db,
        'select pg_snapshot_xmax(pg_current_snapshot())::text as xid',
      );
      const { value } = await movedSince(db, now?.xid ?? '').next();
      expect(value).toEqual([]);
    }, 'members_receipt'));

  it('whose presence may be seen', () =>
    expectIndexes(async (db) => {
      await visibleUsers(db, crowd.viewer, [crowd.viewer, ...users(3)]);
    }, 'members_user'));

  it('what the bus did not bring', () =>
    expectIndexes(
      async (db) => {
        const readMissing = createReadMissing({ db, messages: scene.messages, horizon: () => 1n });
        const gap = { conversationId: crowd.long, afterPos: 500, beforePos: 520 };
        await readMissing([gap]);
      },
      'log_conversation',
      'members_pkey',
    ));

  it('calls: one, the live ones, what is due, what changed, the history', async () => {
    const [live] = await sql<{ id: string }>(
      database.db,
      `select id from calls where conversation_id = $1 and state <> 'ended'`,
      [crowd.long],
    );
    const callId = live?.id ?? '';
    const { viewer, long } = crowd;
    await expectIndexes(
      async (db) => {
        await callById(db, callId);
        await liveCallOf(db, long);
        await callForViewer(db, callId, viewer);
        await callOf(db, viewer);
        await liveCallsFor(db, viewer);
        await liveChangedFor(db, viewer, '1');
        await dueCalls(db, undefined, 200);
        const page = { conversationId: undefined, after: undefined, limit: 51 };
        await historyPage(db, viewer, page);
        for await (const _ of callsChangedSince(db, '1000000')) break;
      },
      'calls_live',
      'calls_deadline',
      'calls_changed',
      'call_participants_live',
      'call_participants_history',
      'call_legs_pkey',
    );
  });

  it('what changes of calls are judged on, and the locks they take', async () => {
    const request = { wait: true, userId: crowd.viewer, judge: never, settle: never };
    const [call] = await sql<{ id: string }>(database.db, 'select id from calls limit 1');
    const ofCall = { ...request, about: { callId: call?.id ?? '' } };
    const asked = [
      { ...request, about: { conversationId: crowd.long } },
      ofCall,
      { ...ofCall, userId: null, wait: false },
    ];
    await expectIndexes(
      (db) =>
        db.transaction(async (tx) => {
          await readPresent(oneByOne(tx), scene.replies, asked);
        }),
      'conversations_pkey',
      'calls_live',
      'calls_pkey',
      'call_legs_pkey',
    );
  });

  it('idempotency keys and their end', () =>
    expectIndexes(
      async (db) => {
        await db.transaction((tx) =>
          lockAndReadReply(tx, crowd.viewer, 'k', limits.idempotencyKeyHours),
        );
        await deleteExpiredReplies(db, 5, 10);
      },
      'idempotency_keys_pkey',
      'idempotency_keys_age',
      'Tid Scan idempotency_keys',
    ));
});

describe('the number of statements', () => {
  const count = async (body: (db: Database) => Promise<unknown>) =>
    (await explain(database.db, body)).length;

  it('does not grow with the number of conversations', async () => {
    const views = (size: number) =>
      count((db) =>
        scene.conversations.views(db, crowd.viewer, crowd.conversationIds.slice(0, size)),
      );
    expect(await views(500)).toBe(await views(2));
  });

  it('does not grow with the size of a page', async () => {
    const page = (limit: number) =>
      count((db) => scene.messages.page(db, crowd.long, { limit, viewerId: crowd.viewer }));
    expect(await page(200)).toBe(await page(1));
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [
  node,
  ...(node.Plans ?? []).flatMap(nodesOf),
];

// A writer keeps the plan that it made when it connected, which may be before anything is stored.
describe.each(['a young', 'an old'])('what a writer does on %s database', (age) => {
  let client: pg.Client;
  let young: TestDatabase | undefined;
  beforeAll(async () => {
    if (age === 'a young') young = await openTestDatabase();
    const { connectionString } = young ?? database;
    client = new pg.Client({ connectionString, options: planning });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await young?.close();
  });

  it.each([...batchStatements, readBlocked, ...Object.values(callStatements)])(
    'is all look-ups by key: $name',
    async ({ text }) => {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (generic_plan, format json) ${text}`,
      );
      const [plan] = rows.flatMap((row) => row['QUERY PLAN']);
      const nodes = plan ? nodesOf(plan.Plan) : [];
      expect(nodes.length).toBeGreaterThan(0);
      const dear = nodes.filter(
        ({ 'Node Type': type, 'Index Cond': condition }) =>
          /^(Seq Scan|Hash Join|Merge Join)$/.test(type) ||
          (/^(Index|Bitmap Index)/.test(type) && condition === undefined),
      );
      expect(dear).toEqual([]);
      // A hash of a sub-query is made of a whole table.
      expect(JSON.stringify(rows)).not.toContain('hashed SubPlan');
    },
  );
});
