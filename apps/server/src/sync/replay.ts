import type { ConversationReader } from '#conversations/conversation-reader.js';
import type { Database } from '#db/database.js';
import { personalFrame } from '#log/append.js';
import type { Horizon } from '#log/cursor.js';
import { logTypeName } from '#log/log-types.js';
import {
  type Missed,
  type PersonalRow,
  readBetween,
  readMissed,
  readPersonalSince,
} from '#log/reader.js';
import type { MessageReader } from '#messages/message-reader.js';
import { changedSince } from '#receipts/receipt-store.js';
import { renderRows } from './render-rows.ts';

export interface ReplayDeps {
  readonly db: Database;
  readonly messages: MessageReader;
  readonly conversations: ConversationReader;
}

export interface ReplayOptions {
  /** A conversation with more missed rows is sent as a snapshot. */
  readonly rowsPerConversation: number;
  /** Once so many rows were replayed, the other conversations are sent as snapshots. */
  readonly rowsInAll: number;
  readonly snapshotMessages: number;
}

export interface Replayed {
  readonly replayed: number;
  readonly snapshots: number;
}

const chunkRows = 500;
const personalMax = 10_000;

/**
 * Everything that concerns a user past a horizon, as frames in order: what became of the user's
 * membership, then each conversation, then the markers that moved. `emit` may wait: nothing more
 * is read until the frames before were taken.
 */
export async function replay(
  deps: ReplayDeps,
  userId: string,
  horizon: Horizon,
  options: ReplayOptions,
  emit: (frames: readonly string[]) => Promise<void> | undefined,
): Promise<Replayed> {
  const { db } = deps;
  let replayed = 0;
  let snapshots = 0;
  const personal = await personalFrames(deps, userId, horizon);
  replayed += personal.length;
  await emit(personal);

  for (const missed of await readMissed(db, userId, horizon)) {
    const rows = missed.lastPos - missed.afterPos;
    if (rows > options.rowsPerConversation || replayed + rows > options.rowsInAll) {
      const snapshot = await snapshotFrame(deps, userId, missed, options.snapshotMessages);
      if (snapshot === undefined) continue;
      snapshots++;
      await emit([snapshot]);
    } else {
      replayed += await emitRows(deps, missed, emit);
    }
  }

  const receipts = await changedSince(db, userId, horizon.toString());
  await emit(
    receipts.map(({ conversationId, ...data }) =>
      JSON.stringify({ event: 'receipt.updated', conversationId, data }),
    ),
  );
  return { replayed, snapshots };
}

async function emitRows(
  { db, messages }: ReplayDeps,
  { conversationId, afterPos, lastPos }: Missed,
  emit: (frames: readonly string[]) => Promise<void> | undefined,
): Promise<number> {
  let after = afterPos;
  while (after < lastPos) {
    const rows = await readBetween(db, conversationId, after, lastPos + 1, chunkRows);
    const last = rows.at(-1);
    if (last === undefined) break;
    await emit((await renderRows(db, messages, rows)).map(({ frame }) => frame));
    after = last.pos;
  }
  return after - afterPos;
}

async function snapshotFrame(
  { db, conversations, messages }: ReplayDeps,
  userId: string,
  { conversationId }: Missed,
  limit: number,
): Promise<string | undefined> {
  // The conversation first: a page that is newer is merged by pos, counts that are newer than
  // their `lastPos` would be counted twice.
  const conversation = (await conversations.views(db, userId, [conversationId])).get(
    conversationId,
  );
  if (conversation === undefined) return undefined;
  // What was sent in between has an event of its own.
  const before = conversation.lastSeq + 1;
  const page = await messages.page(db, conversationId, { limit, before });
  return JSON.stringify({
    event: 'conversation.snapshot',
    conversationId,
    data: { conversation, messages: page.messages },
  });
}

/** Only the last word about each conversation: being added and removed again is being removed. */
async function personalFrames(
  deps: ReplayDeps,
  userId: string,
  horizon: Horizon,
): Promise<string[]> {
  const rows = await readPersonalSince(deps.db, userId, horizon, personalMax);
  const newest = new Map<string, PersonalRow>();
  for (const row of rows) {
    newest.delete(row.conversationId);
    newest.set(row.conversationId, row);
  }
  return renderPersonal(deps, userId, [...newest.values()]);
}

/** Rows of one user's log as frames; a conversation that the user has left since is left out. */
export async function renderPersonal(
  { db, conversations }: Pick<ReplayDeps, 'db' | 'conversations'>,
  userId: string,
  rows: readonly PersonalRow[],
): Promise<string[]> {
  const appeared = rows.filter((row) => logTypeName(row.type) === 'conversation.created');
  const views = await conversations.views(
    db,
    userId,
    appeared.map((row) => row.conversationId),
  );
  return rows.flatMap(({ type, conversationId, at, data }) => {
    const name = logTypeName(type);
    const event = name === 'conversation.created' ? views.get(conversationId) : data;
    return event ? [personalFrame(name, conversationId, at, event)] : [];
  });
}
