import type { Conversation } from '@nova/protocol';
import type { ConversationReader } from '#conversations/conversation-reader.js';
import type { Look } from '#conversations/view-store.js';
import type { Queryable } from '#db/database.js';
import { gather } from './gather.ts';

/** A conversation as one of its members sees it; undefined for somebody who is none. */
export type ReadView = (look: Look) => Promise<Conversation | undefined>;

const batchMax = 200;
const batchesAtOnce = 2;

/**
 * Shows conversations to those who come back together, three statements for each batch: a crowd
 * that was put into one group is shown it with few statements.
 */
export const createReadView = (db: Queryable, conversations: ConversationReader): ReadView =>
  gather({ answer: (looks) => conversations.seen(db, looks), batchMax, batchesAtOnce });
