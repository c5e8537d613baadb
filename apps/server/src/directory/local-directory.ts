import type { Bus } from '#delivery/bus.js';
import type { ComingOrGoing, Directory } from './directory.ts';
import { LocalSessions } from './local-sessions.ts';

/** The directory of a node that is alone, or knows of no other. */
export function createLocalDirectory(bus: Bus): Directory {
  const sessions = new LocalSessions();
  const listeners: ((change: ComingOrGoing) => void)[] = [];
  const tell = (change: ComingOrGoing): void => {
    for (const listener of listeners) listener(change);
  };
  bus.subscribe((batch) => {
    for (const event of batch) if (event.kind === 'notice') sessions.obey(event.notice);
  });
  return {
    complete: true,
    opened(session) {
      const first = !sessions.has(session.userId);
      sessions.add(session);
      if (first) tell({ userId: session.userId, online: true });
    },
    closed(session) {
      sessions.remove(session);
      if (!sessions.has(session.userId)) tell({ userId: session.userId, online: false });
    },
    online: async (userIds) => new Set(userIds.filter((userId) => sessions.has(userId))),
    shareCount: async () => [],
    onChange: (listener) => void listeners.push(listener),
    onNodesChanged: () => undefined,
    settled: async () => undefined,
    close: async () => undefined,
  };
}
