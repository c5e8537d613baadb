import type { Database } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import type { FirstReplies } from '#idempotency/first-replies.js';
import type { ConversationKeys } from '#sealing/conversation-keys.js';
import type { CallFacts, CallRules } from './call-facts.ts';
import type { CallWriter } from './call-writer.ts';

export interface CallDeps {
  readonly db: Database;
  readonly bus: Bus;
  readonly keys: ConversationKeys;
  readonly replies: FirstReplies;
  readonly writer: CallWriter;
  readonly rules: CallRules;
  /** This process, as legs name it. */
  readonly nodeId: string;
  /** Unix ms; the database's clock when absent. */
  readonly clock?: () => number;
  /** Told of every change after its commit. */
  readonly onChanged: (before: CallFacts | undefined, after: CallFacts) => void;
}
