/** What a call leaves behind: one message in the conversation, one entry in everybody's history. */
import type { Message } from '@nova/protocol';
import { uuidv7 } from 'uuidv7';
import type { Statement, Transaction } from '#db/database.js';
import type { Outgoing } from '#delivery/outgoing.js';
import { appendEntries } from '#log/append.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import { messageKinds } from '#messages/message-kinds.js';
import type { CallDeps } from './call-deps.ts';
import type { CallFacts } from './call-facts.ts';
import { closeParticipants } from './call-store.ts';
import { summaryOf } from './call-view.ts';

// Those who took part and had read everything before have seen this too: nothing becomes unread.
const insertMessage: Statement = {
  name: 'call_message',
  text: `with bumped as (
      update conversations set last_seq = $3 where id = $1
    ), seen as (
      update members set last_read_seq = $3, last_delivered_seq = $3,
        receipt_xid = pg_current_xact_id()
      where conversation_id = $1 and user_id = any($8::uuid[]) and last_read_seq = $3 - 1
    )
    insert into messages (conversation_id, id, seq, sender_id, kind, body, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
};

/** In the transaction that ends the call, which its version lets happen once. */
export async function recordEnd(
  deps: Pick<CallDeps, 'keys'>,
  tx: Transaction,
  conversation: HeldConversation,
  call: CallFacts,
): Promise<Outgoing[]> {
  const { id: conversationId, at } = conversation;
  const cipher = (await deps.keys.load(tx, [conversationId])).get(conversationId);
  if (cipher === undefined) throw new Error(`conversation ${conversationId} has no key`);
  const summary = summaryOf(call);
  const message: Message = {
    id: uuidv7(),
    conversationId,
    seq: conversation.lastSeq + 1,
    senderId: call.createdBy,
    kind: 'call',
    call: summary,
    version: 1,
    createdAt: at.toISOString(),
  };
  const tookPart = call.participants.filter(({ state }) => state !== 'missed' && state !== 'busy');
  await tx.rows(insertMessage, [
    conversationId,
    message.id,
    message.seq,
    message.senderId,
    messageKinds.call,
    cipher.seal(JSON.stringify(summary)),
    at,
    tookPart.map(({ userId }) => userId),
  ]);
  await closeParticipants(tx, call);
  const entry = { type: 'message.created', messageId: message.id, event: message } as const;
  return appendEntries(tx, conversation, call.createdBy, [entry]);
}
