import type { Message } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { byteaArray, uuidArray } from '#db/array-literal.js';
import type { Queryable } from '#db/database.js';
import type { ExchangeConnection, WireRow } from '#db/exchange-connection.js';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import { Rendered } from '#dispatch/rendered.js';
import { durableFrame } from '#log/append.js';
import type { ConversationCipher, ConversationKeys } from '#sealing/conversation-keys.js';
import { blockedError } from '#users/block-store.js';
import { conversationNotFound, invalidField } from '../errors.ts';
import type { SendOutcome, SendRequest } from './send-request.ts';

/** What a batch did with each of its requests, in their order, and what goes on the bus. */
export interface WrittenBatch {
  readonly outcomes: readonly SendOutcome[];
  readonly outgoing: readonly DurableOutgoing[];
}

export interface WriteBatchDeps {
  readonly keys: ConversationKeys;
  readonly db: Queryable;
  /** Of `batchStatements`. */
  readonly connection: ExchangeConnection;
}

/**
 * Stores a batch of messages in one transaction and one round trip; none may refer to another of
 * the batch. Throws when the batch as a whole failed and nothing was stored; `CommitUnknown` when
 * the connection broke at the commit.
 */
export async function writeBatch(
  { keys, db, connection }: WriteBatchDeps,
  requests: readonly SendRequest[],
): Promise<WrittenBatch> {
  const conversationIds = requests.map((request) => request.conversationId);
  const ciphers = await keys.load(db, conversationIds);
  const sealed = requests.map((request) => seal(ciphers.get(request.conversationId), request));
  const conversations = uuidArray(conversationIds);
  const [, rows = []] = await connection.run([
    [conversations],
    [
      conversations,
      uuidArray(requests.map((request) => request.id)),
      uuidArray(requests.map((request) => request.senderId)),
      byteaArray(sealed.map((body) => (Buffer.isBuffer(body) ? body : undefined))),
      uuidArray(requests.map((request) => request.replyTo)),
      String(limits.smallConversationMembers),
    ],
  ]);
  return tell(requests, sealed, rows);
}

/** Undefined where there is no such conversation; an error where its key does not open. */
function seal(
  cipher: ConversationCipher | undefined,
  { text }: SendRequest,
): Buffer | Error | undefined {
  try {
    return cipher?.seal(text);
  } catch (error) {
    return error instanceof Error ? error : new Error('sealing failed');
  }
}

function tell(
  requests: readonly SendRequest[],
  sealed: readonly (Buffer | Error | undefined)[],
  rows: readonly WireRow[],
): WrittenBatch {
  const outgoing: DurableOutgoing[] = [];
  const recipientsOf = new Map<string, readonly string[] | null>();
  const outcomes = requests.map((request, index): SendOutcome => {
    const [verdict, seq, pos, atMs, changedMs, members] = rows[index] ?? [];
    if (verdict !== 'accepted') return refusal(verdict, sealed[index]);
    const { conversationId } = request;
    const at = new Date(Number(atMs));
    let recipients = recipientsOf.get(conversationId);
    const first = recipients === undefined;
    if (recipients === undefined) {
      recipients = members?.split(',') ?? null;
      recipientsOf.set(conversationId, recipients);
    }
    const message = render(request, Number(seq), at);
    const json = JSON.stringify(message);
    outgoing.push({
      kind: 'durable',
      conversationId,
      pos: Number(pos),
      quietMs: first ? at.getTime() - Number(changedMs) : 0,
      frame: durableFrame('message.created', conversationId, Number(pos), at, json),
      recipients,
    });
    return new Rendered(message, json);
  });
  return { outcomes, outgoing };
}

function refusal(
  verdict: string | null | undefined,
  sealed: Buffer | Error | undefined,
): 'stored' | Error {
  if (verdict === 'stored') return 'stored';
  if (verdict === 'blocked') return blockedError();
  if (verdict === 'unanswerable')
    return invalidField('replyTo', 'a message of the same conversation');
  return verdict === 'unsealed' && sealed instanceof Error ? sealed : conversationNotFound();
}

function render(request: SendRequest, seq: number, at: Date): Message {
  return {
    id: request.id,
    conversationId: request.conversationId,
    seq,
    senderId: request.senderId,
    kind: 'text',
    text: request.text,
    ...(request.replyTo === undefined ? {} : { replyTo: request.replyTo }),
    version: 1,
    createdAt: at.toISOString(),
  };
}
