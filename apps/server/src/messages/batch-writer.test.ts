import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeConnection } from '#db/exchange-connection.js';
import { Rendered } from '#dispatch/rendered.js';
import { openScene, type Scene, sql, users } from '#testing/scene.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { NovaError } from '../errors.ts';
import { batchStatements } from './batch-statements.ts';
import { BatchWriter } from './batch-writer.ts';
import type { SendOutcome } from './send-request.ts';

let database: TestDatabase;
let scene: Scene;
let writer: BatchWriter;
let open: () => BatchWriter;
const batches: number[] = [];
const told: string[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  scene = await openScene(database.db);
  open = () =>
    new BatchWriter({
      lanes: 2,
      connect: () =>
        exchangeConnection({
          connectionString: database.connectionString,
          poolTimeoutMs: 10_000,
          statements: batchStatements,
        }),
      batchSize: 500,
      maxQueued: 10_000,
      onBatch: (size) => batches.push(size),
      publish: (outgoing) => {
        told.push(...outgoing.map(({ conversationId, pos }) => `${conversationId} ${pos}`));
        return undefined;
      },
      ...{ db: scene.db, keys: scene.keys },
    });
  writer = open();
});
afterAll(async () => {
  await writer.close();
  await database.close();
});

interface Send {
  readonly by: string;
  readonly to: string;
  readonly id?: string;
  readonly replyTo?: string;
}

/** All in one turn; what became of each: its `seq`, or the code of the refusal. */
const send = (...sends: Send[]): Promise<(number | string)[]> => sendBy(writer, sends);

function sendBy(by: BatchWriter, sends: readonly Send[]): Promise<(number | string)[]> {
  return Promise.all(
    sends.map(
      ({ by: senderId, to, id = uuidv7(), replyTo }) =>
        new Promise<number | string>((resolve) => {
          const settle = (outcome: SendOutcome): void => resolve(worded(outcome));
          const request = { conversationId: to, id, senderId, text: 'hello', replyTo };
          by.push({ ...request, settle });
        }),
    ),
  );
}

function worded(outcome: SendOutcome): number | string {
  if (outcome instanceof Rendered) return outcome.value.seq;
  return outcome instanceof NovaError ? outcome.code : String(outcome);
}

/** Resolves once a batch waits for a lock. */
async function somebodyWaits(): Promise<void> {
  const text = 'select from pg_locks where not granted';
  while ((await sql(database.db, text)).length === 0);
}

describe('the batch writer', () => {
  it('numbers what is sent in one turn in its order and judges each for itself', async () => {
    const [ana = '', ben = '', eve = ''] = users(3);
    const [one, two] = [(await scene.direct(ana, ben)).id, (await scene.group(ana, [ben])).id];
    const ids = [uuidv7(), uuidv7()];
    const outcomes = await send(
      { by: ana, to: one },
      { by: eve, to: one },
      { by: ben, to: one },
      { by: ana, to: two },
      { by: ben, to: one, replyTo: uuidv7() },
      { by: ana, to: uuidv7() },
      { by: ana, to: one, id: ids[0] ?? '' },
    );
    expect(outcomes).toEqual([1, 'notFound', 2, 1, 'invalidRequest', 'notFound', 3]);
    expect(
      await send({ by: ana, to: one, id: ids[0] ?? '' }, { by: ben, to: one, id: ids[1] ?? '' }),
    ).toEqual(['stored', 4]);
    const heard = told.filter((words) => words.startsWith(one)).map((words) => words.slice(37));
    expect(heard).toEqual([...heard].sort((a, b) => Number(a) - Number(b)));
  });

  it('judges what refers to a send of the same turn by what became of that', async () => {
    const [ana = '', ben = '', eve = ''] = users(3);
    const to = (await scene.direct(ana, ben)).id;
    const [first, refused] = [uuidv7(), uuidv7()];
    const outcomes = await send(
      { by: ana, to, id: first },
      { by: ana, to, id: first },
      { by: ben, to, replyTo: first },
      { by: eve, to, id: refused },
      { by: ben, to, replyTo: refused },
      { by: ana, to, id: refused },
    );
    expect(outcomes).toEqual([1, 'stored', 2, 'notFound', 'invalidRequest', 3]);
  });

  it('stores others while one batch waits for a lock', async () => {
    const [ana = '', ben = ''] = users(2);
    const [held, free] = [(await scene.group(ana, [ben])).id, (await scene.group(ana, [ben])).id];
    let waiting: Promise<unknown> = Promise.resolve();
    await database.db.transaction(async (tx) => {
      const text = 'select from conversations where id = $1 for update';
      await tx.rows({ name: 'writer_test_hold', text }, [held]);
      waiting = send({ by: ana, to: held });
      await somebodyWaits();
      // At once, and when it has been noticed that the first takes long.
      expect(await send({ by: ana, to: free })).toEqual([1]);
      expect(await send({ by: ana, to: free })).toEqual([2]);
      const behind = send({ by: ben, to: held });
      waiting = Promise.all([waiting, behind]);
    });
    expect(await waiting).toEqual([[1], [2]]);
  });

  it('writes many together under load, each conversation gapless and in order', async () => {
    const [ana = '', ben = ''] = users(2);
    const chats = await Promise.all(
      Array.from({ length: 20 }, async () => (await scene.group(ana, [ben])).id),
    );
    batches.length = 0;
    const sends = Array.from({ length: 2_000 }, (_, index) => chats[index % chats.length] ?? '');
    const outcomes = await send(...sends.map((to) => ({ by: ana, to })));
    for (const [place, chat] of chats.entries()) {
      const own = outcomes.filter((_, index) => index % chats.length === place);
      expect(own).toEqual(own.map((_, index) => index + 1));
      const [row] = await sql<{ last: number; messages: number; log: number }>(
        database.db,
        `select last_seq as last,
          (select count(*) from messages where conversation_id = c.id) as messages,
          (select count(*) from log where conversation_id = c.id and type = 1) as log
        from conversations c where id = $1`,
        [chat],
      );
      expect(row).toEqual({ last: 100, messages: 100, log: 100 });
    }
    expect(batches.length).toBeLessThan(20);
  });

  it('stores what was sent in the turn in which it is closed', async () => {
    const [ana = '', ben = ''] = users(2);
    const to = (await scene.direct(ana, ben)).id;
    const closing = open();
    const sent = sendBy(closing, [{ by: ana, to }]);
    await closing.close();
    expect(await sent).toEqual([1]);
  });
});
