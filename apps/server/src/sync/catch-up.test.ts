import { describe, expect, it } from 'vitest';
import type { Statement } from '#db/database.js';
import { createCatchUp } from './catch-up.ts';
import { createTurns } from './turns.ts';

/** A database that answers when it is told to, with one conversation for each asker. */
function fakeDatabase() {
  const asked: { readonly userIds: readonly string[]; readonly answer: () => void }[] = [];
  let broken = false;
  const rows = async <Row>(
    { name }: Statement,
    values: readonly unknown[] = [],
  ): Promise<Row[]> => {
    if (name !== 'log_missed') return [];
    const userIds = values[0] as string[];
    await new Promise<void>((answer) => asked.push({ userIds, answer }));
    if (broken) throw new Error('away');
    return userIds.map((userId, index) => ({
      place: index + 1,
      conversationId: userId,
      afterPos: 0,
      lastPos: 1,
    })) as Row[];
  };
  return {
    db: { rows },
    asked,
    breakDown: () => {
      broken = true;
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const asker = (userId: string) => ({ userId, horizon: 1n });

describe('those who come back', () => {
  it('together are answered together, each with their own', async () => {
    const { db, asked } = fakeDatabase();
    const catchUp = createCatchUp({ db });
    const answers = ['ana', 'bob', 'eva'].map((userId) => catchUp(asker(userId)));
    await turn();
    expect(asked.map(({ userIds }) => userIds)).toEqual([['ana', 'bob', 'eva']]);
    asked[0]?.answer();
    const found = await Promise.all(answers);
    expect(found.map(({ conversations }) => conversations[0]?.conversationId)).toEqual([
      'ana',
      'bob',
      'eva',
    ]);
  });

  it('as a crowd keep the database busy with so many statements, and no more', async () => {
    const { db, asked } = fakeDatabase();
    const catchUp = createCatchUp({ db, batchMax: 10, batchesAtOnce: 2 });
    const answers = Array.from({ length: 45 }, (_, index) => catchUp(asker(`${index}`)));
    await turn();
    expect(asked).toHaveLength(2);
    for (let answered = 0; answered < 5; answered++) {
      expect(asked.length - answered).toBeLessThanOrEqual(2);
      asked[answered]?.answer();
      await turn();
    }
    await Promise.all(answers);
    expect(asked.map(({ userIds }) => userIds.length)).toEqual([10, 10, 10, 10, 5]);
  });

  it('hear of a failure, and the next are answered again', async () => {
    const { db, asked, breakDown } = fakeDatabase();
    const catchUp = createCatchUp({ db });
    breakDown();
    const answer = catchUp(asker('ana'));
    await turn();
    asked[0]?.answer();
    await expect(answer).rejects.toThrow('away');
    void catchUp(asker('bob')).catch(() => undefined);
    await turn();
    expect(asked).toHaveLength(2);
  });
});

it('takes turns: so many at once, in their order, whatever fails', async () => {
  const turns = createTurns(2);
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const done = Array.from({ length: 5 }, (_, index) =>
    turns(() => {
      begun.push(index);
      ends[index] = Promise.withResolvers<void>();
      return ends[index].promise;
    }).catch(() => undefined),
  );
  for (let index = 0; index < 5; index++) {
    await turn();
    expect(begun.length - index).toBeLessThanOrEqual(2);
    if (index % 2 === 0) ends[index]?.resolve();
    else ends[index]?.reject(new Error('failed'));
  }
  await Promise.all(done);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});
