import type { Conversation, Member, Message } from '@nova/protocol';
import type { Queryable } from '#db/database.js';
import type { MessageReader } from '#messages/message-reader.js';
import type { MessageRow } from '#messages/message-row.js';
import { toConversation, toMember } from './conversation-view.ts';
import { decodeInboxCursor, encodeInboxCursor } from './inbox-cursor.ts';
import {
  inboxRows,
  type Look,
  type SharedRow,
  seenRows,
  smallMemberRows,
  type ViewerRow,
  type ViewRow,
  viewRows,
} from './view-store.ts';

export interface InboxQuery {
  readonly limit: number;
  readonly after?: string;
}

export interface InboxPage {
  readonly conversations: Conversation[];
  readonly nextPage?: string;
}

/** Conversations as members see them, in a number of statements that does not grow. */
export interface ConversationReader {
  /** By conversation id; what the user is not a member of is absent. */
  views(
    db: Queryable,
    userId: string,
    conversationIds: readonly string[],
  ): Promise<ReadonlyMap<string, Conversation>>;
  /** Several conversations as several users see them, in the order of the looks. */
  seen(db: Queryable, looks: readonly Look[]): Promise<readonly (Conversation | undefined)[]>;
  /** One conversation as several see it, by user id; who is not a member is absent. */
  viewsOf(
    db: Queryable,
    conversationId: string,
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, Conversation>>;
  /** The members of a conversation that has few enough to name. */
  members(db: Queryable, conversationId: string): Promise<readonly Member[] | undefined>;
  inbox(db: Queryable, userId: string, query: InboxQuery): Promise<InboxPage>;
}

export interface ConversationReaderOptions {
  readonly messages: MessageReader;
}

export function createConversationReader({
  messages,
}: ConversationReaderOptions): ConversationReader {
  const newestMessages = async (
    db: Queryable,
    rows: readonly SharedRow[],
  ): Promise<ReadonlyMap<string, Message>> => {
    const stored = rows.filter((row): row is SharedRow & MessageRow => row.id !== null);
    const opened = await messages.fromRows(db, stored);
    return new Map(opened.map((message) => [message.conversationId, message]));
  };

  // Members are read after the rows they belong to: a list may be ahead of `lastPos`, never behind.
  const surroundings = async (db: Queryable, rows: readonly SharedRow[]) => ({
    members: await smallMembers(
      db,
      rows.map((row) => row.viewId),
    ),
    newest: await newestMessages(db, rows),
  });

  const complete = async (db: Queryable, rows: readonly ViewRow[]): Promise<Conversation[]> => {
    if (rows.length === 0) return [];
    const { members, newest } = await surroundings(db, rows);
    return rows.map((row) =>
      toConversation(row, row, members.get(row.viewId), newest.get(row.viewId)),
    );
  };

  /** By conversation, then by user. */
  const seen = async (
    db: Queryable,
    looks: readonly Look[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, Conversation>>> => {
    const rows = looks.length === 0 ? [] : await seenRows(db, looks);
    if (rows.length === 0) return new Map();
    const { members, newest } = await surroundings(db, rows);
    return new Map(
      rows.map((row) => {
        const { viewId: id, viewers } = row;
        const view = (viewer: ViewerRow) =>
          toConversation(row, viewer, members.get(id), newest.get(id));
        return [id, new Map(viewers.map((viewer) => [viewer.viewerId, view(viewer)]))];
      }),
    );
  };

  return {
    async views(db, userId, conversationIds) {
      if (conversationIds.length === 0) return new Map();
      const views = await complete(db, await viewRows(db, userId, conversationIds));
      return new Map(views.map((view) => [view.id, view]));
    },
    async seen(db, looks) {
      const found = await seen(db, looks);
      return looks.map(({ conversationId, userId }) => found.get(conversationId)?.get(userId));
    },
    async viewsOf(db, conversationId, userIds) {
      const looks = userIds.map((userId) => ({ conversationId, userId }));
      return (await seen(db, looks)).get(conversationId) ?? new Map();
    },
    async members(db, conversationId) {
      return (await smallMembers(db, [conversationId])).get(conversationId);
    },
    async inbox(db, userId, { limit, after }) {
      const past = after === undefined ? undefined : decodeInboxCursor(after);
      const rows = await inboxRows(db, userId, past, limit + 1);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        conversations: await complete(db, shown),
        ...(rows.length > limit && last !== undefined
          ? { nextPage: encodeInboxCursor({ updatedMicros: last.updatedMicros, id: last.viewId }) }
          : {}),
      };
    },
  };
}

async function smallMembers(
  db: Queryable,
  conversationIds: readonly string[],
): Promise<ReadonlyMap<string, Member[]>> {
  const members = new Map<string, Member[]>();
  for (const row of await smallMemberRows(db, conversationIds)) {
    const list = members.get(row.conversationId);
    if (list === undefined) members.set(row.conversationId, [toMember(row)]);
    else list.push(toMember(row));
  }
  return members;
}
