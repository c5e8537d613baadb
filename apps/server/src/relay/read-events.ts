import type { Message } from '@nova/protocol';
import type { Database } from '#db/database.js';
import type { Horizon } from '#log/cursor.js';
import { carriesMessage, logTypeName, logTypes } from '#log/log-types.js';
import type { LogRow } from '#log/reader.js';
import { type MessageReader, refKey } from '#messages/message-reader.js';
import { toMessage } from '#messages/message-row.js';
import { messageRowsByRefs } from '#messages/message-store.js';
import type { PublishedEvent } from './event-schema.ts';
import { creationEvent, publishedEvent } from './published-event.ts';
import { readNewConversations, readSettled } from './relay-store.ts';

/** The events that became settled between two horizons, in order per conversation. */
export type ReadEvents = (from: Horizon, to: Horizon, epoch: string) => Promise<PublishedEvent[]>;

export interface ReadEventsOptions {
  readonly db: Database;
  readonly messages: MessageReader;
  readonly content: boolean;
}

export function createReadEvents({ db, messages, content }: ReadEventsOptions): ReadEvents {
  const joined = async (rows: readonly LogRow[]): Promise<ReadonlyMap<string, Message>> => {
    const refs = rows.flatMap((row) => refOf(row) ?? []);
    if (refs.length === 0) return new Map();
    if (content) return messages.byRefs(db, refs);
    // Nothing is opened that will not be told.
    const found = await messageRowsByRefs(db, refs);
    return new Map(
      found.map((row) => [
        refKey({ conversationId: row.conversationId, messageId: row.id }),
        toMessage(row, undefined),
      ]),
    );
  };

  return async (from, to, epoch) => {
    const type = logTypes['conversation.created'];
    const created = await readNewConversations(db, from, to, type);
    const rows = await readSettled(db, from, to);
    const found = await joined(rows);
    const messageOf = (row: LogRow): Message | undefined => {
      const ref = refOf(row);
      return ref === undefined ? undefined : found.get(refKey(ref));
    };
    return [
      ...created.map((row) => creationEvent(row, { epoch })),
      ...rows.map((row) => publishedEvent(row, { epoch, content, messageOf })),
    ];
  };
}

function refOf({ type, conversationId, subjectId }: LogRow) {
  if (subjectId === null || !carriesMessage(logTypeName(type))) return undefined;
  return { conversationId, messageId: subjectId };
}
