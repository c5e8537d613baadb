/** What the handlers of one call have in common. */
import type { Call } from '@nova/protocol';
import type { Caller } from '#dispatch/handler.js';
import type { Actor, Outcome } from './acts.ts';
import { actorOf } from './call-actor.ts';
import type { CallDeps } from './call-deps.ts';
import type { CallFacts } from './call-facts.ts';
import { viewFor } from './call-view.ts';
import { changeCall } from './change-call.ts';
import type { LegSockets } from './leg-sockets.ts';

export interface HandlerDeps extends CallDeps {
  readonly sockets: LegSockets;
}

interface Input {
  readonly callId: string;
  readonly deviceId?: string;
}

export async function actOnCall(
  deps: HandlerDeps,
  caller: Caller,
  input: Input,
  act: (call: CallFacts, actor: Actor, nowMs: number, mayEnd: boolean) => Outcome,
): Promise<Call> {
  const actor = actorOf(caller, input.deviceId, deps.nodeId);
  const call = await changeCall(deps, input.callId, caller.userId, (facts, nowMs, role) =>
    act(facts, actor, nowMs, role === 'owner' || role === 'admin'),
  );
  bindSocket(deps, caller, actor, call);
  return viewFor(call, deps.rules, actor.deviceId);
}

/** Remembers which socket the device's leg is on; one that closed meanwhile is taken off again. */
export function bindSocket(
  { sockets }: HandlerDeps,
  caller: Caller,
  { socket }: Actor,
  call: CallFacts,
): void {
  if (socket === undefined || caller.socket === undefined) return;
  const mine = call.participants.some(({ leg }) => leg?.socket?.sessionId === socket.sessionId);
  if (!mine) return;
  sockets.bind(socket.sessionId, call.id);
  if (!caller.socket.open) sockets.closed(socket.sessionId, true);
}
