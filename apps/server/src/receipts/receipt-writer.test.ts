import { limits } from '@nova/protocol/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Statement } from '#db/database.js';
import { createRecordingBus } from '#testing/recording-bus.js';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { MarkerTail } from './marker-tail.ts';
import { changedSince, movedSince, storeMarkers } from './receipt-store.ts';
import { ReceiptWriter } from './receipt-writer.ts';

let database: TestDatabase;
let scene: Scene;
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
});
afterAll(() => database.close());
beforeEach(() => scene.bus.taken());

async function conversationWith(count: number, messageCount: number) {
  const [ana = '', ...others] = users(count);
  const { id: conversationId } = await scene.group(ana, others);
  for (let n = 0; n < messageCount; n++) await scene.send(ana, conversationId);
  scene.bus.taken();
  return { conversationId, ana, bob: others[0] ?? '', others };
}

const events = () => scene.bus.taken().map(({ outgoing, data }) => ({ outgoing, data }));

describe('a marker', () => {
  it('moves forward only, never past the newest message, and read is delivered too', async () => {
    const { conversationId, bob } = await conversationWith(2, 5);
    const mark = (kind: 'read' | 'delivered', seq: number) =>
      scene.call(bob, `receipt.${kind}`, { conversationId, seq });
    const reply = (lastReadSeq: number, lastDeliveredSeq: number, unreadCount: number) => ({
      lastReadSeq,
      lastDeliveredSeq,
      unreadCount,
    });
    expect(await mark('delivered', 4)).toEqual(reply(0, 4, 5));
    expect(await mark('read', 2)).toEqual(reply(2, 4, 3));
    expect(await mark('read', 1)).toEqual(reply(2, 4, 3));
    expect(await mark('delivered', 3)).toEqual(reply(2, 4, 3));
    expect(await mark('read', 5)).toEqual(reply(5, 5, 0));
    expect(await mark('read', 1_000)).toEqual(reply(5, 5, 0));
    expect(await mark('delivered', Number.MAX_SAFE_INTEGER)).toEqual(reply(5, 5, 0));
  });

  it('is told to all members, and an older one to nobody', async () => {
    const { conversationId, ana, bob } = await conversationWith(2, 3);
    await scene.call(bob, 'receipt.read', { conversationId, seq: 2 });
    await scene.call(bob, 'receipt.read', { conversationId, seq: 1 });
    await scene.call(bob, 'receipt.delivered', { conversationId, seq: 1 });
    const told = events();
    expect(told).toHaveLength(1);
    expect(told[0]?.data).toEqual({ userId: bob, lastReadSeq: 2, lastDeliveredSeq: 2 });
    expect(told[0]?.outgoing).toMatchObject({ kind: 'state', conversationId });
    const { outgoing } = told[0] ?? {};
    expect(outgoing && 'recipients' in outgoing && outgoing.recipients?.toSorted()).toEqual(
      [ana, bob].sort(),
    );
  });

  it('is the user’s own matter in a large conversation', async () => {
    const { conversationId, bob } = await conversationWith(limits.smallConversationMembers + 1, 1);
    await scene.call(bob, 'receipt.read', { conversationId, seq: 1 });
    expect(events().map(({ outgoing }) => outgoing)).toMatchObject([{ recipients: [bob] }]);
  });

  it('leaves out of the unread what was deleted', async () => {
    const { conversationId, ana, bob } = await conversationWith(2, 2);
    const { id: messageId } = await scene.send(ana, conversationId);
    await scene.call(ana, 'message.delete', { conversationId, messageId });
    const reply = await scene.call(bob, 'receipt.read', { conversationId, seq: 1 });
    expect(reply.unreadCount).toBe(1);
  });
});

describe('the writer', () => {
  it('tells those too who join while a marker is on its way', async () => {
    const { conversationId, ana, bob } = await conversationWith(2, 3);
    const [eva = ''] = users(1);
    const bus = createRecordingBus();
    const db: TestDatabase['db'] = {
      ...database.db,
      async rows<Row>(statement: Statement, values?: readonly unknown[]) {
        if (statement.name === 'receipt_read') {
          await scene.call(ana, 'member.add', { conversationId, userIds: [eva] });
        }
        return database.db.rows<Row>(statement, values);
      },
    };
    const writer = new ReceiptWriter({ db, bus, intervalMs: 0 });
    await writer.mark({ conversationId, userId: bob, kind: 'read', seq: 2 });
    expect(bus.taken().map(({ outgoing }) => outgoing)).toMatchObject([
      { recipients: expect.arrayContaining([ana, bob, eva]) },
    ]);
    await writer.close();
  });

  it('gathers what arrives while it waits into one batch', async () => {
    const { conversationId, ana, bob } = await conversationWith(2, 5);
    const bus = createRecordingBus();
    const writer = new ReceiptWriter({ db: database.db, bus, intervalMs: 20 });
    const replies = await Promise.all([
      ...[1, 2, 3].map((seq) => writer.mark({ conversationId, userId: bob, kind: 'read', seq })),
      writer.mark({ conversationId, userId: bob, kind: 'delivered', seq: 5 }),
      writer.mark({ conversationId, userId: ana, kind: 'read', seq: 1 }),
    ]);
    expect(replies.slice(0, 4).map((reply) => reply.lastReadSeq)).toEqual([3, 3, 3, 3]);
    expect(replies[3]?.lastDeliveredSeq).toBe(5);
    expect(bus.taken()).toHaveLength(1);
    await writer.close();
  });

  it('writes what waits when it closes, and refuses from then on', async () => {
    const { conversationId, bob } = await conversationWith(2, 5);
    const bus = createRecordingBus();
    const writer = new ReceiptWriter({ db: database.db, bus, intervalMs: 60_000 });
    await writer.mark({ conversationId, userId: bob, kind: 'read', seq: 1 });
    const waiting = writer.mark({ conversationId, userId: bob, kind: 'read', seq: 4 });
    await writer.close();
    expect((await waiting).lastReadSeq).toBe(4);
    await expect(
      writer.mark({ conversationId, userId: bob, kind: 'read', seq: 5 }),
    ).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses what does not fit, and one stranger fails alone', async () => {
    const { conversationId, ana, bob } = await conversationWith(2, 2);
    const [eva = '', tom = ''] = users(2);
    const bus = createRecordingBus();
    const writer = new ReceiptWriter({ db: database.db, bus, queueMax: 3 });
    const mark = (userId: string) => writer.mark({ conversationId, userId, kind: 'read', seq: 2 });
    const outcomes = await Promise.allSettled([ana, bob, eva, tom].map(mark));
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
      [false, false, 'notFound', 'unavailable'],
    );
    await writer.close();
  });

  it('splits what is more than a batch', async () => {
    const { conversationId, ana, others } = await conversationWith(10, 1);
    const bus = createRecordingBus();
    const writer = new ReceiptWriter({ db: database.db, bus, intervalMs: 60_000, batchSize: 3 });
    const replies = [ana, ...others].map((userId) =>
      writer.mark({ conversationId, userId, kind: 'read', seq: 1 }),
    );
    await writer.close();
    expect((await Promise.all(replies)).map((reply) => reply.lastReadSeq)).toEqual(
      Array(10).fill(1),
    );
    expect(bus.taken()).toHaveLength(10);
  });

  it('on two nodes at once loses no marker and waits for no other', async () => {
    const { conversationId, ana, others } = await conversationWith(30, 40);
    const all = [ana, ...others];
    const bus = createRecordingBus();
    const nodes = [1, 2].map(() => new ReceiptWriter({ db: database.db, bus, intervalMs: 0 }));
    await Promise.all(
      nodes.flatMap((node, index) =>
        Array.from({ length: 20 }, async (_, round) => {
          const order = index === 0 ? all : all.toReversed();
          const seq = 1 + ((round * 2 + index) % 40);
          await Promise.all(
            order.map((userId) => node.mark({ conversationId, userId, kind: 'read', seq })),
          );
        }),
      ),
    );
    await Promise.all(nodes.map((node) => node.close()));
    const rows = await sql<{ last_read_seq: number }>(
      database.db,
      'select last_read_seq from members where conversation_id = $1',
      [conversationId],
    );
    expect(rows.map((row) => row.last_read_seq)).toEqual(Array(30).fill(40));
  });
});

describe('a marker that nobody heard of', () => {
  it('is told to others when it comes again, though it does not move', async () => {
    const { conversationId, bob } = await conversationWith(2, 3);
    // Another node moved it and died before it told anybody.
    await storeMarkers(database.db, [{ conversationId, userId: bob, readSeq: 2, deliveredSeq: 2 }]);
    const bus = createRecordingBus();
    const writer = new ReceiptWriter({ db: database.db, bus, intervalMs: 0 });
    const mark = { conversationId, userId: bob, kind: 'read', seq: 2 } as const;
    expect(await writer.mark(mark)).toMatchObject({ lastReadSeq: 2 });
    expect(bus.taken().map(({ data }) => data)).toEqual([
      { userId: bob, lastReadSeq: 2, lastDeliveredSeq: 2 },
    ]);
    await writer.close();
  });

  it('is brought by the tail where the bus did not carry, once', async () => {
    const { conversationId, ana, bob, others } = await conversationWith(5, 3);
    const [{ xid } = { xid: '' }] = await sql<{ xid: string }>(
      database.db,
      'select pg_snapshot_xmin(pg_current_snapshot())::text as xid',
    );
    const bus = createRecordingBus();
    const tail = new MarkerTail({ db: database.db, deliver: (events) => bus.publish(events) });
    const move = (userId: string, seq: number) =>
      storeMarkers(database.db, [{ conversationId, userId, readSeq: seq, deliveredSeq: seq }]);
    const brought = async (last = false) => {
      await tail.bring(BigInt(xid), last);
      const heard = bus.taken().filter(({ outgoing }) => 'conversationId' in outgoing);
      return heard.map(({ outgoing, data }) => ({
        ...data,
        heardByAll:
          'recipients' in outgoing &&
          [ana, ...others].every((userId) => outgoing.recipients?.includes(userId)),
      }));
    };
    await move(bob, 1);
    const told = { userId: bob, lastReadSeq: 1, lastDeliveredSeq: 1, heardByAll: true };
    expect(await brought()).toContainEqual(told);
    expect(await brought()).toEqual([]);
    await move(bob, 3);
    expect(await brought(true)).toEqual([{ ...told, lastReadSeq: 3, lastDeliveredSeq: 3 }]);
  });

  it('is found a page after the other', async () => {
    const { conversationId, ana, others } = await conversationWith(7, 1);
    const [{ xid } = { xid: '' }] = await sql<{ xid: string }>(
      database.db,
      'select pg_snapshot_xmax(pg_current_snapshot())::text as xid',
    );
    for (const userId of [ana, ...others].slice(1)) {
      await storeMarkers(database.db, [{ conversationId, userId, readSeq: 1, deliveredSeq: 1 }]);
    }
    const found = new Set<string>();
    for await (const page of movedSince(database.db, xid, 2)) {
      for (const { userId } of page) found.add(userId);
    }
    expect([...found].sort()).toEqual([...others].sort());
  });
});

describe('what moved since a transaction', () => {
  const now = async () => {
    const [row] = await sql<{ xid: string }>(
      database.db,
      'select pg_snapshot_xmax(pg_current_snapshot()) as xid',
    );
    return row?.xid ?? '';
  };

  it('is one’s own everywhere, and that of others where few enough see it', async () => {
    const small = await conversationWith(3, 2);
    const large = await conversationWith(limits.smallConversationMembers + 1, 2);
    const { bob } = small;
    await scene.call(large.ana, 'member.remove', {
      conversationId: large.conversationId,
      userId: large.others.at(-1) ?? '',
    });
    await scene.call(large.ana, 'member.add', {
      conversationId: large.conversationId,
      userIds: [bob],
    });
    const xid = await now();
    const read = (userId: string, conversationId: string) =>
      scene.call(userId, 'receipt.read', { conversationId, seq: 1 });
    await read(small.others[1] ?? '', small.conversationId);
    await read(bob, small.conversationId);
    await read(large.bob, large.conversationId);
    const changed = await changedSince(database.db, [{ userId: bob, horizon: BigInt(xid) }]);
    const seen = (rows: typeof changed) =>
      rows.map((row) => `${row.conversationId} ${row.userId} ${row.lastReadSeq}`).sort();
    expect(seen(changed)).toEqual(
      [`${small.conversationId} ${small.others[1]} 1`, `${small.conversationId} ${bob} 1`].sort(),
    );
    expect(
      await changedSince(database.db, [{ userId: bob, horizon: BigInt(await now()) }]),
    ).toEqual([]);
  });
});
