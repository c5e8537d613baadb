/** A member goes, by leaving or by being removed. */
import type { Role } from '@nova/protocol';
import type { Transaction } from '#db/database.js';
import type { Outgoing } from '#delivery/outgoing.js';
import { appendEntries, appendPersonal, personalOutgoing } from '#log/append.js';
import type { LockedConversation } from '#log/locked-conversation.js';
import type { LogEntry } from '#log/log-types.js';
import { recipientsAfter, storeDeparture, storeRole, successor } from './member-store.ts';

export async function depart(
  tx: Transaction,
  conversation: LockedConversation,
  { userId, role }: { readonly userId: string; readonly role: Role },
  removedBy: string,
): Promise<Outgoing[]> {
  const { id, at } = conversation;
  const memberCount = conversation.memberCount - 1;
  await storeDeparture(tx, conversation, userId);
  const event = { userId, removedBy, memberCount };
  const entries: LogEntry[] = [{ type: 'member.removed', event, left: [userId] }];
  if (role === 'owner') entries.push(...(await passOwnership(tx, id, userId)));
  const recipients = await recipientsAfter(tx, id, memberCount);
  const durable = await appendEntries(tx, conversation, removedBy, entries, recipients);
  const about = { conversationId: id, actorId: removedBy, at };
  await appendPersonal(tx, 'member.removed', [userId], about, event);
  return [...durable, personalOutgoing('member.removed', userId, about, event)];
}

/** Nobody is left to be owner when the last member goes; the conversation stays, empty. */
async function passOwnership(
  tx: Transaction,
  conversationId: string,
  changedBy: string,
): Promise<LogEntry[]> {
  const userId = await successor(tx, conversationId);
  if (userId === undefined) return [];
  await storeRole(tx, conversationId, userId, 'owner');
  return [{ type: 'member.roleChanged', event: { userId, role: 'owner', changedBy } }];
}
