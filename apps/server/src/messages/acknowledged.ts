import type { Message } from '@nova/protocol';
import type { Database } from '#db/database.js';
import { type MessageReader, refKey } from './message-reader.ts';
import { versionBody } from './message-store.ts';
import type { SendRequest } from './send-request.ts';

/**
 * What a retried send is answered: the message as it was stored, with its `seq` and time, and as
 * it has become since. Undefined where the id was used by somebody else or for another text.
 */
export const createAcknowledged =
  ({ db, messages }: { readonly db: Database; readonly messages: MessageReader }) =>
  async (request: Omit<SendRequest, 'settle'>): Promise<Message | undefined> => {
    const ref = { conversationId: request.conversationId, messageId: request.id };
    const stored = (await messages.byRefs(db, [ref])).get(refKey(ref));
    if (stored === undefined || stored.senderId !== request.senderId) return undefined;
    if (stored.replyTo !== request.replyTo) return undefined;
    // Deleted: nothing is left to compare, and the tombstone is what is true.
    if (stored.deletedAt !== undefined) return stored;
    const first = stored.version === 1 ? stored.text : await firstText(db, messages, ref);
    return first === request.text ? stored : undefined;
  };

async function firstText(
  db: Database,
  messages: MessageReader,
  ref: { readonly conversationId: string; readonly messageId: string },
): Promise<string | undefined> {
  const body = await versionBody(db, ref, 1);
  return body === undefined ? undefined : messages.open(db, ref, body);
}
