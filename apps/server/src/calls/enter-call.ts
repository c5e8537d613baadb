import { NovaError } from '../errors.ts';
import { depart } from './acts.ts';
import type { CallDeps } from './call-deps.ts';
import { participantOf } from './call-facts.ts';
import { callOf } from './call-store.ts';
import { changeCall } from './change-call.ts';

/**
 * Runs `enter`, and once more where only a leg was in its way whose socket is lost: whoever closed
 * a page in mid-call and calls again has plainly left.
 */
export async function enterCall<Result>(
  deps: CallDeps,
  userId: string,
  enter: () => Promise<Result>,
): Promise<Result> {
  try {
    return await enter();
  } catch (error) {
    const busy = error instanceof NovaError && error.code === 'callBusy';
    if (!busy || !(await leaveLostCall(deps, userId))) throw error;
    return enter();
  }
}

/** A transaction of its own: no two conversations are ever locked in one. */
async function leaveLostCall(deps: CallDeps, userId: string): Promise<boolean> {
  const callId = await callOf(deps.db, userId);
  if (callId === undefined) return false;
  let left = false;
  await changeCall(deps, callId, null, (call, nowMs) => {
    const present = participantOf(call, userId);
    left = present?.leg?.socketLostMs !== undefined;
    return present !== undefined && left ? depart(call, present, 'left', nowMs) : { call };
  });
  return left;
}
