import type { Hub } from '#delivery/hub.js';
import { personalKey } from '#log/append.js';
import { logTypeName } from '#log/log-types.js';
import type { TailOptions } from '#log/tail.js';
import { type ReplayDeps, renderPersonal } from './replay.ts';

/** Gives the hub what the tail passed and the bus did not bring; resolves with the rows it took. */
export const handOnPassed =
  (hub: () => Hub, replay: () => ReplayDeps): TailOptions['onPassed'] =>
  async (passed, personal) => {
    const brought = await hub().reconcile(passed);
    for (const row of personal) {
      const { userId, conversationId, at } = row;
      const key = personalKey(logTypeName(row.type), userId, { conversationId, at });
      if (hub().hasSeen(key) || hub().subscribersOf(userId).length === 0) continue;
      const frames = await renderPersonal(replay(), userId, [row]);
      hub().receive(frames.map((frame) => ({ kind: 'personal', userId, key, frame })));
    }
    return brought;
  };
