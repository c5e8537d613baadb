import { limits } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import type { ConversationDeps } from './conversation-deps.ts';
import { toMember } from './conversation-view.ts';
import { decodeMemberCursor, encodeMemberCursor } from './member-cursor.ts';
import { memberPage } from './member-store.ts';

export const listMembers = ({ db }: Pick<ConversationDeps, 'db'>) =>
  defineHandler('member.list', 'read', async (caller, input) => {
    const { conversationId, after, limit = limits.memberPageDefault } = input;
    const pastUserId = after === undefined ? undefined : decodeMemberCursor(after);
    const query = { pastUserId, limit: limit + 1 };
    const rows = await memberPage(db, caller.userId, conversationId, query);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      members: shown.map(toMember),
      ...(rows.length > limit && last !== undefined
        ? { nextPage: encodeMemberCursor(last.userId) }
        : {}),
    };
  });
