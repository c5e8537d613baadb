import type { OperationName } from '@nova/protocol';
import type { Database, Queryable, Transaction } from '#db/database.js';
import type { Bus } from '#delivery/bus.js';
import type { Outgoing } from '#delivery/outgoing.js';
import type { FirstReplies, ReplyForm } from '#idempotency/first-replies.js';
import { type LockedConversation, lockConversation } from './locked-conversation.ts';

export interface ChangeDeps {
  readonly db: Database;
  readonly bus: Bus;
  readonly replies: FirstReplies;
}

export interface ChangeRequest<Result> {
  readonly operation: OperationName;
  readonly caller: { readonly userId: string };
  readonly input: { readonly idempotencyKey?: string };
  /** For replies that carry what may be deleted. */
  readonly form?: ReplyForm<Result>;
}

/** What a change answers, and what is told to others once it has been committed. */
export interface Change<Result> {
  readonly result: Result;
  readonly outgoing: readonly Outgoing[];
  /** Told before the rest, and read only once the change was committed. */
  readonly readAfter?: (db: Queryable) => Promise<readonly Outgoing[]>;
}

/**
 * The walk of every change: one transaction, the first reply to a repeated key, publish after the
 * commit. `run` may be called more than once and must have no effect outside the transaction.
 */
export async function commitChange<Result>(
  deps: ChangeDeps,
  request: ChangeRequest<Result>,
  run: (tx: Transaction) => Promise<Change<Result>>,
): Promise<Result> {
  const { operation, input, form } = request;
  const keyed = { operation, userId: request.caller.userId, input };
  const { result, outgoing, readAfter } = await deps.db.transaction(
    async (tx): Promise<Change<Result>> => {
      // Before the lock of the conversation, which somebody who has just left can no longer take.
      const first = await deps.replies.find(tx, keyed);
      if (first !== undefined) {
        const { packed } = first;
        return { result: form ? await form.unpack(tx, packed) : (packed as Result), outgoing: [] };
      }
      const change = await run(tx);
      await deps.replies.keep(tx, keyed, form ? form.pack(change.result) : change.result);
      return change;
    },
  );
  // What cannot be read now is told by the tail: the change stands, and its log rows with it.
  const first = await readAfter?.(deps.db).catch(() => []);
  deps.bus.publish(first === undefined ? outgoing : [...first, ...outgoing]);
  return result;
}

/** A change of one conversation by one of its members, under the conversation's lock. */
export function changeConversation<Result>(
  deps: ChangeDeps,
  request: ChangeRequest<Result> & { readonly input: { readonly conversationId: string } },
  run: (tx: Transaction, conversation: LockedConversation) => Promise<Change<Result>>,
): Promise<Result> {
  const { caller, input } = request;
  return commitChange(deps, request, async (tx) =>
    run(tx, await lockConversation(tx, input.conversationId, caller.userId)),
  );
}
