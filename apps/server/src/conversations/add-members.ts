import { can } from '@nova/protocol/wire';
import type { Queryable } from '#db/database.js';
import { defineHandler } from '#dispatch/handler.js';
import { appendEntries, appendPersonal, personalOutgoing } from '#log/append.js';
import { changeConversation } from '#log/change-conversation.js';
import { refuseBlockedUsers } from '#users/block-store.js';
import type { ConversationDeps } from './conversation-deps.ts';
import { toMember } from './conversation-view.ts';
import { memberRows, recipientsAfter, storeMembers } from './member-store.ts';
import { groupFull } from './new-conversation.ts';
import { refuseDirect, refuseRole } from './refusals.ts';

export const addMembers = (deps: ConversationDeps) =>
  defineHandler('member.add', 'write', (caller, input) => {
    const request = { operation: 'member.add', caller, input } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      const { id, at, memberCount } = conversation;
      const { groupMaxMembers } = deps.options;
      refuseDirect(conversation);
      if (!can(conversation.actorRole, 'addMember')) throw refuseRole('add members');
      const asked = [...new Set(input.userIds)];
      const present = new Set((await memberRows(tx, id, asked)).map((row) => row.userId));
      const joining = asked.filter((userId) => !present.has(userId));
      if (joining.length === 0) return { result: { added: [] }, outgoing: [] };
      if (memberCount + joining.length > groupMaxMembers) throw groupFull(groupMaxMembers);
      await refuseBlockedUsers(tx, caller.userId, joining);
      await storeMembers(tx, conversation, joining);
      const rows = new Map((await memberRows(tx, id, joining)).map((row) => [row.userId, row]));
      const added = joining.flatMap((userId) => {
        const row = rows.get(userId);
        return row === undefined ? [] : [toMember(row)];
      });
      const entries = added.map((member, index) => ({
        type: 'member.added' as const,
        event: { member, addedBy: caller.userId, memberCount: memberCount + index + 1 },
        joined: [member.userId],
      }));
      const recipients = await recipientsAfter(tx, id, memberCount + joining.length);
      const durable = await appendEntries(tx, conversation, caller.userId, entries, recipients);
      const about = { conversationId: id, actorId: caller.userId, at };
      await appendPersonal(tx, 'conversation.created', joining, about, null);
      const views = await deps.conversations.viewsOf(tx, id, joining);
      // Markers move without the conversation's lock. Those that move before the commit are told to
      // the members until then: what is shown to the new ones must not be older than the commit.
      const readAfter = async (db: Queryable) => {
        const members = await deps.conversations.members(db, id);
        return [...views].map(([userId, view]) =>
          personalOutgoing('conversation.created', userId, about, {
            ...view,
            ...(members === undefined ? {} : { members }),
          }),
        );
      };
      return { result: { added }, outgoing: durable, readAfter };
    });
  });
