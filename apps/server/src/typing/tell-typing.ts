import type { Bus } from '#delivery/bus.js';
import type { Typists } from './typists.ts';

export interface TypingDeps {
  readonly bus: Bus;
  readonly typists: Typists;
}

/** Tells the other members; throws `notFound` for who is not one. */
export async function tellTyping(
  { bus, typists }: TypingDeps,
  event: 'typing.started' | 'typing.stopped',
  userId: string,
  conversationId: string,
): Promise<Record<string, never>> {
  const recipients = await typists.audience(conversationId, userId);
  const frame = JSON.stringify({ event, conversationId, data: { userId } });
  bus.publish([{ kind: 'ephemeral', conversationId, frame, recipients, exceptUserId: userId }]);
  return {};
}
