import type { Queryable } from '#db/database.js';
import { durableFrame } from '#log/append.js';
import { carriesMessage, logTypeName } from '#log/log-types.js';
import type { LogRow } from '#log/reader.js';
import { type MessageReader, refKey } from '#messages/message-reader.js';

export interface RenderedRow {
  readonly row: LogRow;
  readonly frame: string;
}

/**
 * Rows of the log as the frames that clients receive. Messages are joined as they are now, so a
 * replay never shows what was deleted since.
 */
export async function renderRows(
  db: Queryable,
  messages: MessageReader,
  rows: readonly LogRow[],
): Promise<RenderedRow[]> {
  const refs = rows.flatMap((row) =>
    carriesMessage(logTypeName(row.type)) && row.subjectId !== null
      ? [{ conversationId: row.conversationId, messageId: row.subjectId }]
      : [],
  );
  const found = refs.length === 0 ? undefined : await messages.byRefs(db, refs);
  return rows.map((row) => {
    const type = logTypeName(row.type);
    const event =
      carriesMessage(type) && row.subjectId !== null
        ? found?.get(refKey({ conversationId: row.conversationId, messageId: row.subjectId }))
        : row.data;
    const json = JSON.stringify(event ?? {});
    return { row, frame: durableFrame(type, row.conversationId, row.pos, row.at, json) };
  });
}
