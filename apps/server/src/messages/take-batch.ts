import type { SendRequest } from './send-request.ts';

/** Sends to write together, and those that stay in the queue, in its order. */
export interface Taken {
  readonly batch: SendRequest[];
  readonly left: SendRequest[];
}

/**
 * The next batch of a queue: at most `max` sends to conversations of which no batch is under way.
 * It ends before a send that repeats an id of the batch or answers a message of it: such a send is
 * judged by what was stored before, not beside it.
 */
export function takeBatch(
  queue: readonly SendRequest[],
  max: number,
  underWay: ReadonlySet<string>,
): Taken {
  const batch: SendRequest[] = [];
  const left: SendRequest[] = [];
  const ids = new Set<string>();
  for (const [index, request] of queue.entries()) {
    const { conversationId, id, replyTo } = request;
    if (underWay.has(conversationId)) {
      left.push(request);
      continue;
    }
    if (batch.length === max || ids.has(id) || (replyTo !== undefined && ids.has(replyTo))) {
      return { batch, left: left.concat(queue.slice(index)) };
    }
    ids.add(id);
    batch.push(request);
  }
  return { batch, left };
}
