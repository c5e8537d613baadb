/** Who calls whom in a scene of calls, and what is left of it. */
import type { CallDevice, CallScene } from './call-scene.ts';
import { users } from './scene.ts';

/** Two who can call each other, each with a device on another node. */
export async function pair(calls: CallScene): Promise<{
  readonly conversationId: string;
  readonly ana: CallDevice;
  readonly bob: CallDevice;
}> {
  const [ana = '', bob = ''] = users(2);
  const { id: conversationId } = await calls.scene.direct(ana, bob);
  return { conversationId, ana: calls.device(ana, 0), bob: calls.device(bob, 1) };
}

/** As many in a group, with devices on the nodes in turn. */
export async function group(calls: CallScene, size: number) {
  const ids = users(size);
  const { id: conversationId } = await calls.scene.group(ids[0] ?? '', ids.slice(1));
  return { conversationId, devices: ids.map((id, index) => calls.device(id, index % 2)) };
}

/** The history of a user's calls. */
export async function entries(calls: CallScene, { userId }: CallDevice) {
  const { calls: list } = await calls.device(userId).run('call.history', {});
  return list.map(({ id, endReason }) => [id, endReason]);
}

/** What stands in a conversation. */
export async function messages(calls: CallScene, conversationId: string, { userId }: CallDevice) {
  const page = await calls.scene.call(userId, 'message.list', { conversationId });
  return page.messages.map(({ kind, call }) => [kind, call?.id, call?.endReason]);
}

/** Names of the events since the last look. */
export const events = (calls: CallScene) => calls.scene.bus.taken().map(({ event }) => event);
