import type { ConversationReader } from '#conversations/conversation-reader.js';
import type { Database } from '#db/database.js';
import type { Frame } from '#delivery/outgoing.js';
import type { RecentEvents } from '#delivery/recent-events.js';
import { personalFrame } from '#log/append.js';
import type { Horizon } from '#log/cursor.js';
import { logTypeName } from '#log/log-types.js';
import { type Missed, type PersonalRow, readGaps } from '#log/reader.js';
import type { MessageReader } from '#messages/message-reader.js';
import type { ReadCatchUp } from './catch-up.ts';
import type { ReadView } from './read-view.ts';
import { renderRows } from './render-rows.ts';
import type { Turns } from './turns.ts';

export interface ReplayDeps {
  readonly db: Database;
  readonly messages: MessageReader;
  readonly conversations: ConversationReader;
  readonly catchUp: ReadCatchUp;
  readonly view: ReadView;
  readonly recent: RecentEvents;
  /** Live calls of the user that changed since, as events. */
  readonly callFrames: (userId: string, since: Horizon) => Promise<readonly string[]>;
  /** Snapshots are the dearest answer: only so many are made at once. */
  readonly snapshotTurns: Turns;
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
  /** Rows and snapshots that had to be read from the database. */
  readonly read: number;
}

type Emit = (frames: readonly Frame[]) => Promise<void> | undefined;

/** Rows read from the database at once. */
const chunkRows = 500;
/** Conversations that appeared, of one user, made into frames at once. */
const chunkViews = 100;

/**
 * Everything that concerns a user past a horizon, as frames in order: what became of the user's
 * membership, then each conversation, the markers that moved, the live calls that changed. `emit`
 * may wait: nothing more is read until the frames before were taken.
 */
export async function replay(
  deps: ReplayDeps,
  userId: string,
  horizon: Horizon,
  options: ReplayOptions,
  emit: Emit,
): Promise<Replayed> {
  const missed = await deps.catchUp({ userId, horizon });
  const done = { replayed: 0, snapshots: 0, read: 0 };
  done.replayed += await emitPersonal(deps, userId, missed.personal, emit);

  let unread: Missed[] = [];
  let unreadRows = 0;
  const readUnread = async (): Promise<void> => {
    const gaps = unread;
    done.read += unreadRows;
    [unread, unreadRows] = [[], 0];
    if (gaps.length > 0) await emitRows(deps, gaps, emit);
  };
  for (const conversation of missed.conversations) {
    const { conversationId, afterPos, lastPos } = conversation;
    const rows = lastPos - afterPos;
    if (rows > options.rowsPerConversation || done.replayed + rows > options.rowsInAll) {
      const snapshot = await deps.snapshotTurns(() =>
        snapshotFrame(deps, userId, conversation, options.snapshotMessages),
      );
      if (snapshot === undefined) continue;
      done.snapshots++;
      done.read++;
      await emit([snapshot]);
      continue;
    }
    done.replayed += rows;
    const recent = deps.recent.between(conversationId, afterPos, lastPos);
    if (recent !== undefined) {
      await emit(recent);
      continue;
    }
    unread.push(conversation);
    unreadRows += rows;
    if (unreadRows >= chunkRows) await readUnread();
  }
  await readUnread();
  await emit(
    missed.markers.map(({ conversationId, userId, lastReadSeq, lastDeliveredSeq }) =>
      JSON.stringify({
        event: 'receipt.updated',
        conversationId,
        data: { userId, lastReadSeq, lastDeliveredSeq },
      }),
    ),
  );
  if (missed.inCall) await emit(await deps.callFrames(userId, horizon));
  return done;
}

/** Reads these stretches of the log, together, a chunk after the other. */
async function emitRows({ db, messages }: ReplayDeps, missed: Missed[], emit: Emit): Promise<void> {
  let gaps = missed.map(({ conversationId, afterPos, lastPos }) => {
    return { conversationId, afterPos, beforePos: lastPos + 1 };
  });
  while (gaps.length > 0) {
    const rows = await readGaps(db, gaps, chunkRows);
    await emit((await renderRows(db, messages, rows)).map(({ frame }) => frame));
    const reached = new Map(rows.map(({ conversationId, pos }) => [conversationId, pos]));
    gaps = gaps.flatMap((gap) => {
      const afterPos = reached.get(gap.conversationId);
      return afterPos === undefined || afterPos + 1 >= gap.beforePos ? [] : [{ ...gap, afterPos }];
    });
  }
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
async function emitPersonal(
  deps: ReplayDeps,
  userId: string,
  rows: readonly PersonalRow[],
  emit: Emit,
): Promise<number> {
  const newest = new Map<string, PersonalRow>();
  for (const row of rows) {
    newest.delete(row.conversationId);
    newest.set(row.conversationId, row);
  }
  const left = [...newest.values()];
  let emitted = 0;
  while (left.length > 0) {
    const frames = await renderPersonal(deps, userId, left.splice(0, chunkViews));
    await emit(frames);
    emitted += frames.length;
  }
  return emitted;
}

/** Rows of one user's log as frames; a conversation that the user has left since is left out. */
export async function renderPersonal(
  { view }: Pick<ReplayDeps, 'view'>,
  userId: string,
  rows: readonly PersonalRow[],
): Promise<string[]> {
  const frames = await Promise.all(
    rows.map(async ({ type, conversationId, at, data }) => {
      const name = logTypeName(type);
      const event = name === 'conversation.created' ? await view({ userId, conversationId }) : data;
      return event ? [personalFrame(name, conversationId, at, event)] : [];
    }),
  );
  return frames.flat();
}
