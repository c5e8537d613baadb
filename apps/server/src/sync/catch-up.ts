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
import { gather } from './gather.ts';

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
  readonly batchMax?: number;
  readonly batchesAtOnce?: number;
}

const personalMax = 10_000;

/** Answers those who come back together, four statements for each batch. */
export const createCatchUp = ({
  db,
  batchMax = 100,
  batchesAtOnce = 2,
}: CatchUpOptions): ReadCatchUp =>
  gather({ answer: (askers) => readCatchUps(db, askers), batchMax, batchesAtOnce });

async function readCatchUps(db: Queryable, askers: readonly Asker[]): Promise<CatchUp[]> {
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
  return askers.map(({ userId }, index) => ({
    personal: of.personal.get(index + 1) ?? [],
    conversations: of.conversations.get(index + 1) ?? [],
    markers: of.markers.get(index + 1) ?? [],
    inCall: inCall.has(userId),
  }));
}

const byPlace = <Row extends { readonly place: number }>(
  rows: readonly Row[],
): ReadonlyMap<number, Row[]> => Map.groupBy(rows, ({ place }) => place);
