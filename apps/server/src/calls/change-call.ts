/** Changes of a call that stands already. */
import type { Role } from '@nova/protocol';
import type { Outcome } from './acts.ts';
import type { CallDeps } from './call-deps.ts';
import type { CallFacts } from './call-facts.ts';
import { callNotFound } from './refusals.ts';

/** Judges and changes; throws a refusal. May be called more than once. */
export type Act = (call: CallFacts, nowMs: number, role: Role | null) => Outcome;

/**
 * Changes a call and tells everybody concerned. `userId` must be a member of the conversation, or
 * the call is `notFound`; null for what time and lost sockets do.
 */
export async function changeCall(
  deps: CallDeps,
  callId: string,
  userId: string | null,
  act: Act,
): Promise<CallFacts> {
  const changed = await change(deps, callId, userId, act, true);
  if (changed === undefined) throw callNotFound();
  return changed;
}

/** The same for what can as well be done later: undefined where somebody holds the conversation. */
export const changeCallIfFree = (
  deps: CallDeps,
  callId: string,
  act: Act,
): Promise<CallFacts | undefined> => change(deps, callId, null, act, false);

async function change(
  { writer }: CallDeps,
  callId: string,
  userId: string | null,
  act: Act,
  wait: boolean,
): Promise<CallFacts | undefined> {
  const answer = await writer.run({
    about: { callId },
    userId,
    wait,
    judge({ call, nowMs, conversation }) {
      if (call === undefined) throw callNotFound();
      return act(call, nowMs, conversation.actorRole);
    },
  });
  return answer.kind === 'changed' ? answer.after : undefined;
}
