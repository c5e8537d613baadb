import type { Message } from '@nova/protocol';
import { defineHandler } from '#dispatch/handler.js';
import type { Rendered } from '#dispatch/rendered.js';
import { NovaError } from '../errors.ts';
import type { BatchWriter } from './batch-writer.ts';
import { checkText } from './check-text.ts';
import type { SendRequest } from './send-request.ts';

interface Deps {
  readonly writer: BatchWriter;
  readonly maxCodePoints: number;
  /** What was acknowledged before for the same id; undefined where the retry differs from it. */
  readonly acknowledged: (request: Omit<SendRequest, 'settle'>) => Promise<Message | undefined>;
}

/** The batch writer decides: membership, order and retries are judged under its lock. */
export const sendMessage = ({ writer, maxCodePoints, acknowledged }: Deps) =>
  defineHandler('message.send', 'send', async (caller, input) => {
    const request = {
      conversationId: input.conversationId,
      id: input.id,
      senderId: caller.userId,
      text: checkText(input.text, maxCodePoints),
      replyTo: input.replyTo,
    };
    if (writer.queued >= 50_000) {
      throw new NovaError('unavailable', 'too many messages are waiting; nothing was written', {
        retryAfterMs: 500,
      });
    }
    const outcome = await new Promise<Rendered<Message> | 'stored'>((resolve, reject) => {
      const settle: SendRequest['settle'] = (result) =>
        result instanceof Error ? reject(result) : resolve(result);
      writer.push({ ...request, settle });
    });
    if (outcome !== 'stored') return outcome;
    const before = await acknowledged(request);
    if (before === undefined) {
      throw new NovaError('idConflict', 'id: this message id was used for another message', {
        details: [{ field: 'id', expected: 'an id that was not used before' }],
      });
    }
    return before;
  });
