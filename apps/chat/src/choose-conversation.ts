import type { LiveConversation, NovaClient } from '@nova/client';
import type { ChatArguments } from './arguments.ts';
import type { ChatState } from './chat-state.ts';
import { developmentToken } from './development-token.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What the arguments ask for, as a key to remember the conversation by. */
export const targetOf = ({ group, with: others }: ChatArguments): string =>
  group === null ? `direct:${others[0] ?? ''}` : `group:${group}`;

/** The conversation that the arguments ask for, made if need be. */
export async function chooseConversation(
  nova: NovaClient,
  chat: ChatArguments,
  state: ChatState,
): Promise<LiveConversation> {
  const target = targetOf(chat);
  const known = state.remembered.conversations[target];
  const live = known === undefined ? null : await nova.conversations.load(known).catch(() => null);
  const chosen = live ?? (await findOrMake(nova, chat, state));
  const conversations = { ...state.remembered.conversations, [target]: chosen.id };
  await state.remember({ conversations });
  return chosen;
}

async function findOrMake(
  nova: NovaClient,
  chat: ChatArguments,
  state: ChatState,
): Promise<LiveConversation> {
  const { group, url } = chat;
  const people = { ...state.remembered.people };
  for (const name of chat.with) {
    people[name] = uuid.test(name) ? name : (await developmentToken(url, name)).userId;
  }
  await state.remember({ people });
  const userIds = chat.with.map((name) => people[name] ?? name);
  if (group === null) return nova.conversations.createDirect(userIds[0] ?? '');
  const existing = nova.conversations.getSnapshot().find(({ title }) => title === group);
  if (existing !== undefined) return nova.conversations.load(existing.id);
  if (userIds.length === 0) {
    throw new Error(`you have no group “${group}”: make one with --with NAME,NAME`);
  }
  return nova.conversations.createGroup(userIds, { title: group });
}
