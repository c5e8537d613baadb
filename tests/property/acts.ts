/** What users do, as fast-check makes it up, and how it is done. */
import { type NovaClient, NovaClientError } from '@nova/client';
import type { Message, Role } from '@nova/protocol';
import fc from 'fast-check';

/** Numbers choose among what there is at that moment. */
export interface Act {
  readonly what:
    | 'createDirect'
    | 'createGroup'
    | 'send'
    | 'edit'
    | 'delete'
    | 'react'
    | 'unreact'
    | 'add'
    | 'remove'
    | 'setRole'
    | 'rename'
    | 'read'
    | 'deliver'
    | 'leave';
  readonly who: number;
  readonly whom: number;
  readonly where: number;
  readonly which: number;
}

const weights: Readonly<Record<Act['what'], number>> = {
  ...{ send: 10, edit: 4, delete: 3, react: 4, unreact: 3, read: 4, deliver: 2 },
  ...{ createDirect: 1, createGroup: 2, add: 3, remove: 2, setRole: 2, rename: 2, leave: 1 },
};

export const act: fc.Arbitrary<Act> = fc.record({
  what: fc.oneof(
    ...Object.entries(weights).map(([what, weight]) => ({
      weight,
      arbitrary: fc.constant(what as Act['what']),
    })),
  ),
  who: fc.nat(3),
  whom: fc.nat(3),
  where: fc.nat(100),
  which: fc.nat(100),
});

/** What was made so far, to choose from. */
export interface Things {
  readonly userIds: readonly string[];
  readonly conversationIds: string[];
  readonly messages: Message[];
}

const roles: readonly Role[] = ['admin', 'moderator', 'member'];
const emoji = ['👍', '🎉'];

/** Does it; what the service refuses for good reasons changes nothing and is no failure. */
export async function perform(act: Act, client: NovaClient, things: Things): Promise<void> {
  try {
    await attempt(act, client, things);
  } catch (error) {
    const refused = error instanceof NovaClientError && !error.retryable;
    if (!refused) throw error;
  }
}

async function attempt(act: Act, client: NovaClient, things: Things): Promise<void> {
  const { userIds, conversationIds, messages } = things;
  const userId = userIds[act.whom % userIds.length] ?? '';
  const conversationId = conversationIds[act.where % conversationIds.length] ?? '';
  const message = messages[act.which % messages.length];
  const about = message && { conversationId: message.conversationId, messageId: message.id };
  switch (act.what) {
    case 'createDirect': {
      const made = await client.request('conversation.create', {
        kind: 'direct',
        memberIds: [userId],
      });
      if (!conversationIds.includes(made.id)) conversationIds.push(made.id);
      return;
    }
    case 'createGroup': {
      const memberIds = userIds.filter((_, index) => (act.which >> index) & 1);
      const made = await client.request('conversation.create', { kind: 'group', memberIds });
      conversationIds.push(made.id);
      return;
    }
    case 'send':
      if (conversationId === '') return;
      messages.push(await client.send(conversationId, `text ${act.which}`));
      return;
    case 'edit':
      if (about) await client.request('message.edit', { ...about, text: `edited ${act.where}` });
      return;
    case 'delete':
      if (about) await client.request('message.delete', about);
      return;
    case 'react':
    case 'unreact': {
      const reaction = emoji[act.where % emoji.length] ?? '';
      if (about) await client.request(`message.${act.what}`, { ...about, emoji: reaction });
      return;
    }
    default:
      if (conversationId !== '') await attemptInGroup(act, client, conversationId, userId);
  }
}

async function attemptInGroup(
  act: Act,
  client: NovaClient,
  conversationId: string,
  userId: string,
): Promise<void> {
  switch (act.what) {
    case 'add':
      await client.request('member.add', { conversationId, userIds: [userId] });
      return;
    case 'remove':
      await client.request('member.remove', { conversationId, userId });
      return;
    case 'setRole': {
      const role = roles[act.which % roles.length] ?? 'member';
      await client.request('member.setRole', { conversationId, userId, role });
      return;
    }
    case 'rename': {
      const title = act.which % 5 === 0 ? null : `title ${act.which}`;
      await client.request('conversation.update', { conversationId, title });
      return;
    }
    case 'read':
      await client.request('receipt.read', { conversationId, seq: act.which % 12 });
      return;
    case 'deliver':
      await client.request('receipt.delivered', { conversationId, seq: act.which % 12 });
      return;
    case 'leave':
      await client.request('conversation.leave', { conversationId });
      return;
    default:
      return;
  }
}
