import { usersInCalls } from '#calls/call-store.js';
import type { Queryable } from '#db/database.js';
import {
  type Asker,
  type Missed,
  type PersonalRow,
  readMissed,
  readPersonalSince,
} from '#log/reader.js';
import { changedSince, type Markers } from '#receipts/receipt-store.js';

/** What somebody missed, short of the rows themselves. */
export interface CatchUp {
  readonly personal: readonly PersonalRow[];
  readonly conversations: readonly Missed[];
  readonly markers: readonly Markers[];
  /** Somebody rings, or there is a call under way. */
  readonly inCall: boolean;
}

/** Looks up what was missed past a horizon; called after the asker hears live events. */
export type ReadCatchUp = (asker: Asker) => Promise<CatchUp>;

export interface CatchUpOptions {
  readonly db: Queryable;
  /** Askers that are answered by the same statements. */
  readonly batchMax?: number;
  /** Batches under way at once: the rest of a crowd waits here, not in the database. */
  readonly batchesAtOnce?: number;
}

interface Waiting {
  readonly asker: Asker;
  readonly answer: PromiseWithResolvers<CatchUp>;
}

const personalMax = 10_000;

/**
 * Answers those who come back together, four statements for each batch. One who comes alone is
 * answered at once; of a crowd only so many keep the database busy. Bounded by the sockets there
 * are, each of which asks once at a time.
 */
export function createCatchUp({
  db,
  batchMax = 100,
  batchesAtOnce = 2,
}: CatchUpOptions): ReadCatchUp {
  const waiting: Waiting[] = [];
  let underWay = 0;

  const begin = (): void => {
    while (underWay < batchesAtOnce && waiting.length > 0) {
      underWay++;
      void answerBatch(db, waiting.splice(0, batchMax)).finally(() => {
        underWay--;
        begin();
      });
    }
  };

  return (asker) => {
    const answer = Promise.withResolvers<CatchUp>();
    // Even at once means after this turn: who came in it is answered together.
    if (waiting.push({ asker, answer }) === 1) setImmediate(begin);
    return answer.promise;
  };
}

/** Never rejects: a failure is for those who wait. */
async function answerBatch(db: Queryable, batch: readonly Waiting[]): Promise<void> {
  try {
    const askers = batch.map(({ asker }) => asker);
    const [personal, conversations, markers, inCall] = await Promise.all([
      readPersonalSince(db, askers, personalMax),
      readMissed(db, askers),
      changedSince(db, askers),
      usersInCalls(
        db,
        askers.map(({ userId }) => userId),
      ),
    ]);
    const of = {
      personal: byPlace(personal),
      conversations: byPlace(conversations),
      markers: byPlace(markers),
    };
    for (const [index, { asker, answer }] of batch.entries()) {
      const place = index + 1;
      answer.resolve({
        personal: of.personal.get(place) ?? [],
        conversations: of.conversations.get(place) ?? [],
        markers: of.markers.get(place) ?? [],
        inCall: inCall.has(asker.userId),
      });
    }
  } catch (error) {
    for (const { answer } of batch) answer.reject(error);
  }
}

const byPlace = <Row extends { readonly place: number }>(
  rows: readonly Row[],
): ReadonlyMap<number, Row[]> => Map.groupBy(rows, ({ place }) => place);
