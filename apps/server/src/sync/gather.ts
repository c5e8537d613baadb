export interface GatherOptions<Asked, Answer> {
  /** Answers what was asked together, in its order. */
  readonly answer: (asked: readonly Asked[]) => Promise<readonly Answer[]>;
  /** Questions that are answered together. */
  readonly batchMax: number;
  /** Batches under way at once: the rest of a crowd waits here, not in the database. */
  readonly batchesAtOnce: number;
}

interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  readonly answer: PromiseWithResolvers<Answer>;
}

/**
 * Answers together what is asked together. A question that comes alone is answered at once; of a
 * crowd only so many keep the database busy. What waits is bounded by those who ask.
 */
export function gather<Asked, Answer>({
  answer,
  batchMax,
  batchesAtOnce,
}: GatherOptions<Asked, Answer>): (asked: Asked) => Promise<Answer> {
  const waiting: Waiting<Asked, Answer>[] = [];
  let underWay = 0;

  /** Never rejects: a failure is for those who wait. */
  const answerBatch = async (batch: readonly Waiting<Asked, Answer>[]): Promise<void> => {
    try {
      const answers = await answer(batch.map(({ asked }) => asked));
      for (const [index, one] of batch.entries()) one.answer.resolve(answers[index] as Answer);
    } catch (error) {
      for (const one of batch) one.answer.reject(error);
    }
  };

  const begin = (): void => {
    while (underWay < batchesAtOnce && waiting.length > 0) {
      underWay++;
      void answerBatch(waiting.splice(0, batchMax)).finally(() => {
        underWay--;
        begin();
      });
    }
  };

  return (asked) => {
    const answer = Promise.withResolvers<Answer>();
    // Even at once means after this turn: what is asked in it is answered together.
    if (waiting.push({ asked, answer }) === 1) setImmediate(begin);
    return answer.promise;
  };
}
