import type { Conversation } from '@nova/protocol';
import { uuidv7 } from 'uuidv7';
import type { Transaction } from '#db/database.js';
import { defineHandler } from '#dispatch/handler.js';
import { appendPersonal, personalOutgoing } from '#log/append.js';
import { type Change, commitChange } from '#log/change-conversation.js';
import { refuseBlockedUsers } from '#users/block-store.js';
import { conversationNotFound } from '../errors.ts';
import type { ConversationDeps } from './conversation-deps.ts';
import { createConversationReply } from './conversation-reply.ts';
import { directConversation, storeConversation } from './conversation-store.ts';
import { checkNewConversation, type Wanted } from './new-conversation.ts';

export const createConversation = (deps: ConversationDeps) => {
  const form = createConversationReply(deps.messages);
  return defineHandler('conversation.create', 'write', async (caller, input) => {
    const wanted = checkNewConversation(caller.userId, input, deps.options.groupMaxMembers);
    const request = { operation: 'conversation.create', caller, input, form } as const;
    return commitChange(
      deps,
      request,
      async (tx) =>
        (await existing(deps, tx, caller.userId, wanted)) ??
        (await create(deps, tx, caller.userId, wanted)) ??
        // Somebody created the same direct conversation between the two statements.
        (await existing(deps, tx, caller.userId, wanted)) ??
        Promise.reject(conversationNotFound()),
    );
  });
};

async function existing(
  deps: ConversationDeps,
  tx: Transaction,
  callerId: string,
  wanted: Wanted,
): Promise<Change<Conversation> | undefined> {
  if (wanted.kind !== 'direct') return undefined;
  const id = await directConversation(tx, wanted.pair);
  if (id === undefined) return undefined;
  const result = (await deps.conversations.views(tx, callerId, [id])).get(id);
  return result === undefined ? undefined : { result, outgoing: [] };
}

async function create(
  deps: ConversationDeps,
  tx: Transaction,
  createdBy: string,
  wanted: Wanted,
): Promise<Change<Conversation> | undefined> {
  const userIds = wanted.members.map((member) => member.userId);
  await refuseBlockedUsers(tx, createdBy, userIds);
  const id = uuidv7();
  const key = await deps.keys.create(id);
  const at = await storeConversation(tx, { ...wanted, ...key, id, createdBy });
  if (at === undefined) return undefined;
  const about = { conversationId: id, actorId: createdBy, at };
  await appendPersonal(tx, 'conversation.created', userIds, about, null);
  const views = await deps.conversations.viewsOf(tx, id, userIds);
  const result = views.get(createdBy);
  if (result === undefined) throw new Error(`conversation ${id} was created without its creator`);
  const outgoing = [...views].map(([userId, view]) =>
    personalOutgoing('conversation.created', userId, about, view),
  );
  return { result, outgoing };
}
