import type { Message } from '@nova/protocol';
import type { Queryable } from '#db/database.js';
import type { ConversationCipher, ConversationKeys } from '#sealing/conversation-keys.js';
import { SealBroken } from '#sealing/seal-broken.js';
import { type MessageRow, toMessage } from './message-row.ts';
import {
  type MessageRef,
  messageRowForViewer,
  messageRowsByRefs,
  type VersionRow,
} from './message-store.ts';
import { type PageQuery, pageRows } from './page-store.ts';

export interface MessagePage {
  /** Ascending by seq. */
  readonly messages: Message[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  /** Changes up to this one are contained in the page, and none past it. */
  readonly pos: number;
}

/** Reads messages and opens their bodies. What is deleted, or cannot be opened, has no text. */
export interface MessageReader {
  /** Messages by `refKey`, for a caller that has made sure of the membership. */
  byRefs(db: Queryable, refs: readonly MessageRef[]): Promise<ReadonlyMap<string, Message>>;
  /** One message as a member sees it; throws `notFound`. */
  forViewer(db: Queryable, viewerId: string, ref: MessageRef): Promise<Message>;
  page(db: Queryable, conversationId: string, query: PageQuery): Promise<MessagePage>;
  /** Messages of rows that another statement has read, in the same order. */
  fromRows(db: Queryable, rows: readonly MessageRow[]): Promise<Message[]>;
  /** The text of a sealed body of that message. */
  open(db: Queryable, ref: MessageRef, body: VersionRow['body']): Promise<string | undefined>;
}

export interface MessageReaderOptions {
  readonly keys: ConversationKeys;
  /** Told of a body that cannot be opened; the message is shown without text. */
  readonly onBroken: (messageId: string) => void;
}

export const refKey = (ref: MessageRef): string => `${ref.conversationId}/${ref.messageId}`;

export function createMessageReader({ keys, onBroken }: MessageReaderOptions): MessageReader {
  const openWith = (
    cipher: ConversationCipher | undefined,
    messageId: string,
    body: Buffer,
  ): string | undefined => {
    try {
      if (cipher !== undefined) return cipher.open(body);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
    }
    onBroken(messageId);
    return undefined;
  };

  const fromRows = async (db: Queryable, rows: readonly MessageRow[]): Promise<Message[]> => {
    const sealed = rows.filter((row) => row.body !== null);
    const ids = [...new Set(sealed.map((row) => row.conversationId))];
    const ciphers = ids.length === 0 ? undefined : await keys.load(db, ids);
    return rows.map((row) =>
      toMessage(
        row,
        row.body === null
          ? undefined
          : openWith(ciphers?.get(row.conversationId), row.id, row.body),
      ),
    );
  };

  return {
    fromRows,
    async byRefs(db, refs) {
      if (refs.length === 0) return new Map();
      const messages = await fromRows(db, await messageRowsByRefs(db, refs));
      return new Map(
        messages.map((message) => [
          refKey({ conversationId: message.conversationId, messageId: message.id }),
          message,
        ]),
      );
    },
    async forViewer(db, viewerId, ref) {
      const row = await messageRowForViewer(db, viewerId, ref);
      const [message] = await fromRows(db, [row]);
      return message ?? toMessage(row, undefined);
    },
    async page(db, conversationId, query) {
      const { rows, ...page } = await pageRows(db, conversationId, query);
      return { ...page, messages: await fromRows(db, rows) };
    },
    async open(db, ref, body) {
      const ciphers = await keys.load(db, [ref.conversationId]);
      return openWith(ciphers.get(ref.conversationId), ref.messageId, body);
    },
  };
}
