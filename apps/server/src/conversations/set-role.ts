import { can, outranks } from '@nova/protocol/wire';
import { defineHandler } from '#dispatch/handler.js';
import { appendEntries } from '#log/append.js';
import { changeConversation } from '#log/change-conversation.js';
import type { ConversationDeps } from './conversation-deps.ts';
import { toMember } from './conversation-view.ts';
import { memberRows, storeRole } from './member-store.ts';
import { noSuchMember, refuseDirect, refuseRole } from './refusals.ts';

export const setRole = (deps: ConversationDeps) =>
  defineHandler('member.setRole', 'write', (caller, input) => {
    const request = { operation: 'member.setRole', caller, input } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      const { id, actorRole } = conversation;
      const { userId, role } = input;
      refuseDirect(conversation);
      if (!can(actorRole, 'setRole')) throw refuseRole('set roles');
      const [member] = await memberRows(tx, id, [userId]);
      if (member === undefined) throw noSuchMember();
      if (!outranks(actorRole, member.role))
        throw refuseRole(`act on a member who is ${member.role}`);
      if (!outranks(actorRole, role)) throw refuseRole(`make a member ${role}`);
      if (member.role === role) return { result: toMember(member), outgoing: [] };

      await storeRole(tx, id, userId, role);
      const event = { userId, role, changedBy: caller.userId };
      const entry = { type: 'member.roleChanged', event } as const;
      const outgoing = await appendEntries(tx, conversation, caller.userId, [entry]);
      return { result: toMember({ ...member, role }), outgoing };
    });
  });
