import type { Hub } from '#delivery/hub.js';
import { personalKey } from '#log/append.js';
import { logTypeName } from '#log/log-types.js';
import type { PersonalRow } from '#log/reader.js';
import type { TailOptions } from '#log/tail.js';
import { type ReplayDeps, renderPersonal } from './replay.ts';

/** Rows of personal logs made into frames at once. */
const chunkRows = 100;

const keyOf = ({ type, userId, conversationId, at }: PersonalRow): string =>
  personalKey(logTypeName(type), userId, { conversationId, at });

/** Gives the hub what the tail passed and the bus did not bring; resolves with the rows it took. */
export const handOnPassed =
  (hub: () => Hub, replay: () => ReplayDeps): TailOptions['onPassed'] =>
  async (passed, personal) => {
    const brought = await hub().reconcile(passed);
    const unheard = personal.filter(
      (row) => !hub().hasSeen(keyOf(row)) && hub().subscribersOf(row.userId).length > 0,
    );
    while (unheard.length > 0) {
      const some = unheard.splice(0, chunkRows);
      const frames = await Promise.all(
        some.map((row) => renderPersonal(replay(), row.userId, [row])),
      );
      for (const [index, row] of some.entries()) {
        const { userId } = row;
        const events = (frames[index] ?? []).map((frame) => ({ userId, key: keyOf(row), frame }));
        hub().receive(events.map((event) => ({ kind: 'personal', ...event })));
      }
    }
    return brought;
  };
