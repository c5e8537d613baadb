import type { Message } from '@nova/protocol';
import type { Transaction } from '#db/database.js';
import type { ReplyForm } from '#idempotency/first-replies.js';
import { type MessageReader, refKey } from './message-reader.ts';
import { noSuchMessage, versionBody } from './message-store.ts';

/**
 * Keeps a message without its text: given again, the text of that version is read where it
 * stands, and a message deleted in the meantime stays deleted.
 */
export function createMessageReply(reader: MessageReader): ReplyForm<Message> {
  return {
    pack: ({ text: _, ...message }) => message,
    unpack: (tx, packed) => restoreText(reader, tx, packed as Message),
  };
}

async function restoreText(
  reader: MessageReader,
  tx: Transaction,
  kept: Message,
): Promise<Message> {
  const ref = { conversationId: kept.conversationId, messageId: kept.id };
  const current = (await reader.byRefs(tx, [ref])).get(refKey(ref)) ?? noSuchMessage();
  if (current.deletedAt !== undefined) return current;
  if (current.version === kept.version) return { ...kept, ...textOf(current.text) };
  const body = await versionBody(tx, ref, kept.version);
  return { ...kept, ...textOf(body === undefined ? undefined : await reader.open(tx, ref, body)) };
}

const textOf = (text: string | undefined) => (text === undefined ? {} : { text });
