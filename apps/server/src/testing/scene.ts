/** The domain on a real database, so that tests read as what users do. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type Conversation,
  type InputOf,
  type Message,
  type OperationByName,
  type OperationName,
  type OutputOf,
  operations,
} from '@nova/protocol';
import { Check } from 'typebox/value';
import { uuidv7 } from 'uuidv7';
import { createConversationReader } from '#conversations/conversation-reader.js';
import { conversationHandlers } from '#conversations/handlers.js';
import type { Database } from '#db/database.js';
import { createFirstReplies } from '#idempotency/first-replies.js';
import { appendEntries } from '#log/append.js';
import { lockConversation } from '#log/locked-conversation.js';
import { messageHandlers } from '#messages/handlers.js';
import { createMessageReader } from '#messages/message-reader.js';
import { receiptHandlers } from '#receipts/handlers.js';
import { ReceiptWriter } from '#receipts/receipt-writer.js';
import { createConversationKeys } from '#sealing/conversation-keys.js';
import { readMasterKeys } from '#sealing/master-keys.js';
import { typingHandlers } from '#typing/handlers.js';
import { createTypists } from '#typing/typists.js';
import { createRecordingBus } from './recording-bus.ts';

export interface SceneOptions {
  readonly groupMaxMembers?: number;
  readonly messageMaxLength?: number;
  readonly messageEditWindowHours?: number;
  readonly messageRecallWindowHours?: number;
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

type AnyRun = (caller: { userId: string; requestId: string }, input: unknown) => Promise<unknown>;

export async function openScene(db: Database, options: SceneOptions = {}) {
  const currentB64 = randomBytes(32).toString('base64');
  const masterKeys = await readMasterKeys({ currentB64, previousB64: [] });
  const keys = createConversationKeys({ masterKeys, cacheSize: 100 });
  const broken: string[] = [];
  const messages = createMessageReader({ keys, onBroken: (id) => broken.push(id) });
  const conversations = createConversationReader({ messages });
  const bus = createRecordingBus();
  const receipts = new ReceiptWriter({ db, bus, intervalMs: 1 });
  const typists = createTypists({ db, bus, cacheSize: 100 });
  const replies = createFirstReplies(masterKeys);
  const deps = { db, bus, keys, messages, conversations, replies, receipts, typists };
  const handlers = [
    ...conversationHandlers({
      ...deps,
      options: { groupMaxMembers: options.groupMaxMembers ?? 1_000 },
    }),
    ...messageHandlers({
      ...deps,
      options: {
        messageMaxLength: options.messageMaxLength ?? 4_096,
        messageEditWindowHours: options.messageEditWindowHours ?? 24,
        messageRecallWindowHours: options.messageRecallWindowHours ?? 24,
      },
    }),
    ...receiptHandlers(deps),
    ...typingHandlers(deps),
  ];
  const runs = new Map<string, AnyRun>(
    handlers.map((handler) => [handler.name, handler.run as AnyRun]),
  );

  /** One request of a user; the reply is held against the contract. */
  const call = async <Name extends OperationName>(
    userId: string,
    name: Name,
    input: InputOf<OperationByName<Name>>,
  ): Promise<OutputOf<OperationByName<Name>>> => {
    const run = runs.get(name);
    if (run === undefined) throw new Error(`no handler for ${name}`);
    const reply = await run({ userId, requestId: randomUUID() }, input);
    const sent: unknown = JSON.parse(JSON.stringify(reply));
    if (!Check(operations[name].output, sent)) {
      throw new Error(`the reply to ${name} does not fit its schema: ${JSON.stringify(reply)}`);
    }
    return sent as OutputOf<OperationByName<Name>>;
  };

  const direct = (userId: string, otherId: string): Promise<Conversation> =>
    call(userId, 'conversation.create', { kind: 'direct', memberIds: [otherId] });
  const group = (ownerId: string, memberIds: string[], title = 'Crew'): Promise<Conversation> =>
    call(ownerId, 'conversation.create', { kind: 'group', memberIds, title });

  /** A message as the send path leaves it, the sender's markers included. */
  const send = async (
    userId: string,
    conversationId: string,
    text = 'hello',
    markers = true,
  ): Promise<Message> => {
    const cipher = (await keys.load(db, [conversationId])).get(conversationId);
    if (cipher === undefined) throw new Error(`no conversation ${conversationId}`);
    const id = uuidv7();
    return db.transaction(async (tx) => {
      const locked = await lockConversation(tx, conversationId, userId);
      const seq = locked.lastSeq + 1;
      const values = [conversationId, id, seq, userId, cipher.seal(text), locked.at];
      await tx.rows(insertMessage, values);
      await tx.rows(bumpSeq, [conversationId, seq]);
      if (markers) await tx.rows(moveMarkers, [conversationId, userId, seq]);
      const createdAt = locked.at.toISOString();
      const message: Message = {
        ...{ id, conversationId, seq, senderId: userId, kind: 'text', text, version: 1, createdAt },
      };
      const entry = { type: 'message.created', messageId: id, event: message } as const;
      await appendEntries(tx, locked, userId, [entry]);
      return message;
    });
  };

  return { ...deps, masterKeys, broken, call, direct, group, send };
}

const insertMessage = {
  name: 'scene_insert_message',
  text: `insert into messages (conversation_id, id, seq, sender_id, kind, body, created_at)
    values ($1, $2, $3, $4, 1, $5, $6)`,
};
const bumpSeq = {
  name: 'scene_bump_seq',
  text: 'update conversations set last_seq = $2 where id = $1',
};
const moveMarkers = {
  name: 'scene_move_markers',
  text: `update members set last_read_seq = $3, last_delivered_seq = $3
    where conversation_id = $1 and user_id = $2`,
};

/** Users of a test, by whatever names. */
export const users = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** One statement of a test, for looking at or preparing what is stored. */
export const sql = <Row>(db: Database, text: string, values: unknown[] = []): Promise<Row[]> =>
  db.rows<Row>({ name: '', text }, values);
