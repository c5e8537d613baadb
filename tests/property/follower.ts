/** What a client knows, by the SDK's pure functions alone: a listing, then events. */
import { addPage, applyEvent, type ConversationState, stateOf } from '@nova/client';
import type { Conversation, Message, ServerEvent } from '@nova/protocol';
import type { World } from './world.ts';

export type States = Map<string, ConversationState>;

const conversationPage = 100;

/** Everything a user sees now, with the newest page of each conversation. */
export async function listAll(world: World, userId: string): Promise<States> {
  const states: States = new Map();
  const listed = await ask<{ conversations: Conversation[] }>(
    world,
    userId,
    `conversations?limit=${conversationPage}`,
  );
  for (const conversation of listed.conversations) {
    const state = await withPage(world, userId, stateOf(conversation, userId));
    if (state !== undefined) states.set(conversation.id, state);
  }
  return states;
}

/** Undefined where the user has just left. */
async function withPage(
  world: World,
  userId: string,
  state: ConversationState,
): Promise<ConversationState | undefined> {
  const page = await ask<{
    messages: Message[];
    hasBefore: boolean;
    pos: number;
  }>(world, userId, `conversations/${state.id}/messages?limit=200`).catch(() => undefined);
  return page && addPage(state, page);
}

/** What a resume from there brings. */
export async function listEvents(
  world: World,
  userId: string,
  position: { readonly cursor: string; readonly epoch: string },
  limit: number,
): Promise<ServerEvent[]> {
  const query = new URLSearchParams({ ...position, limit: String(limit) });
  return (await ask<{ events: ServerEvent[] }>(world, userId, `events?${query}`)).events;
}

/** The position that the service hands out at this moment. */
export async function positionNow(
  world: World,
  userId: string,
): Promise<{ readonly cursor: string; readonly epoch: string }> {
  const { cursor, epoch } = await ask<{ cursor: string; epoch: string }>(world, userId, 'events');
  return { cursor, epoch };
}

/** Takes an event in, as any client must: `states` are those of `userId`. */
export function follow(states: States, userId: string, event: ServerEvent): void {
  const { conversationId } = event;
  if (conversationId === undefined) return;
  const known = states.get(conversationId);
  if (event.event === 'member.removed' && event.data.userId === userId) {
    states.delete(conversationId);
  } else if (known !== undefined) {
    states.set(conversationId, applyEvent(known, event));
  } else if (event.event === 'conversation.created') {
    states.set(conversationId, stateOf(event.data, userId));
  } else if (event.event === 'conversation.snapshot') {
    const empty = stateOf(event.data.conversation, userId);
    states.set(conversationId, applyEvent(empty, event));
  }
}

async function ask<Output>(world: World, userId: string, path: string): Promise<Output> {
  const answer = await fetch(`${world.url}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${world.token(userId)}` },
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Output;
}
