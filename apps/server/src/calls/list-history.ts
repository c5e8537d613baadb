import { limits } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { conversationNotFound } from '../errors.ts';
import type { HandlerDeps } from './act-on-call.ts';
import { viewOf } from './call-view.ts';
import { decodePlace, encodePlace } from './history-cursor.ts';
import { historyPage, isMember } from './history-store.ts';

export const listHistory = ({ db, rules }: HandlerDeps) =>
  defineHandler('call.history', 'read', async ({ userId }, input) => {
    const { conversationId } = input;
    if (conversationId !== undefined && !(await isMember(db, conversationId, userId))) {
      throw conversationNotFound();
    }
    const limit = input.limit ?? limits.callPageDefault;
    const after = input.after === undefined ? undefined : decodePlace(input.after);
    const calls = await historyPage(db, userId, { conversationId, after, limit: limit + 1 });
    const page = calls.slice(0, limit);
    const last = page.at(-1);
    const more = calls.length > limit && last?.endedMs !== undefined;
    return {
      calls: page.map((call) => viewOf(call, rules)),
      ...(more ? { nextPage: encodePlace({ endedMs: last.endedMs, callId: last.id }) } : {}),
    };
  });
