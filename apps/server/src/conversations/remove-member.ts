import { can, outranks } from '@nova/protocol/wire';
import type { Transaction } from '#db/database.js';
import { defineHandler } from '#dispatch/handler.js';
import { changeConversation } from '#log/change-conversation.js';
import type { LockedConversation } from '#log/locked-conversation.js';
import type { ConversationDeps } from './conversation-deps.ts';
import { depart } from './depart.ts';
import { memberRows } from './member-store.ts';
import { noSuchMember, refuseDirect, refuseRole } from './refusals.ts';

export const removeMember = (deps: ConversationDeps) =>
  defineHandler('member.remove', 'write', (caller, input) => {
    const request = { operation: 'member.remove', caller, input } as const;
    return changeConversation(deps, request, async (tx, conversation) => {
      refuseDirect(conversation);
      const leaving =
        input.userId === caller.userId
          ? { userId: caller.userId, role: conversation.actorRole }
          : await removable(tx, conversation, input.userId);
      return { result: {}, outgoing: await depart(tx, conversation, leaving, caller.userId) };
    });
  });

async function removable(tx: Transaction, conversation: LockedConversation, userId: string) {
  const { id, actorRole } = conversation;
  if (!can(actorRole, 'removeMember')) throw refuseRole('remove members');
  const [member] = await memberRows(tx, id, [userId]);
  if (member === undefined) throw noSuchMember();
  if (!outranks(actorRole, member.role)) throw refuseRole(`remove a member who is ${member.role}`);
  return member;
}
