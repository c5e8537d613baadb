import type { EventFrame } from '@nova/protocol/wire';
import { frameText } from '#delivery/encode-frame.js';
import { defineHandler } from '#dispatch/handler.js';
import { decodeCursor, encodeCursor, type Horizon } from '#log/cursor.js';
import { invalidField } from '../errors.ts';
import { type ReplayDeps, replay } from './replay.ts';

export interface PositionSource {
  readonly horizon: Horizon;
  readonly epoch: string;
}

const snapshotMessages = 20;
const rowsInAll = 2_000;

/** Resume for those without a socket: the same replay, as one list. */
export const listEvents = (deps: ReplayDeps & { readonly position: PositionSource }) =>
  defineHandler('event.list', 'read', async (caller, input) => {
    const { horizon, epoch } = deps.position;
    const cursor = encodeCursor(horizon);
    if (input.cursor === undefined) return { epoch, cursor, events: [] };
    checkEpoch(input.epoch, epoch);
    const from = decodeCursor(input.cursor, horizon);
    const events: EventFrame[] = [];
    const options = { rowsPerConversation: input.limit ?? 200, rowsInAll, snapshotMessages };
    await replay(deps, caller.userId, from, options, (frames) => {
      for (const frame of frames) events.push(JSON.parse(frameText(frame)) as EventFrame);
      return undefined;
    });
    return { epoch, cursor, events };
  });

/** A cursor of another epoch means nothing in this one: positions may have been given out twice. */
export function checkEpoch(given: string | undefined, present: string): void {
  if (given !== undefined && given !== present) {
    throw invalidField('epoch', `${present}: another log, list afresh`);
  }
}
