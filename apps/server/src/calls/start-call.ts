import type { Call } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { uuidv7 } from 'uuidv7';
import { defineHandler } from '#dispatch/handler.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import { blockedError } from '#users/block-store.js';
import { conversationNotFound, NovaError } from '../errors.ts';
import { bindSocket, type HandlerDeps } from './act-on-call.ts';
import { type Actor, join, newLeg, type Outcome } from './acts.ts';
import { actorOf } from './call-actor.ts';
import type { CallFacts } from './call-facts.ts';
import type { Present } from './call-request.ts';
import { viewFor } from './call-view.ts';
import { enterCall } from './enter-call.ts';
import { callBusy, inAnotherCall } from './refusals.ts';
import { settle } from './settle.ts';

interface Wanted {
  readonly kind: CallFacts['kind'];
  readonly legId?: string;
}

/**
 * Two who call each other at the same moment meet in one call: the lock of the conversation lets
 * one start it and the other find it, and the unique index would refuse a second.
 */
export const startCall = (deps: HandlerDeps) =>
  defineHandler('call.start', 'call', (caller, input) =>
    enterCall(deps, caller.userId, async () => {
      const { userId } = caller;
      const actor = actorOf(caller, input.deviceId, deps.nodeId);
      const replyTo = (call: CallFacts): Call => viewFor(call, deps.rules, actor.deviceId);
      const keyed = { request: { operation: 'call.start', userId, input } as const, replyTo };
      const answer = await deps.writer.run({
        about: { conversationId: input.conversationId },
        userId,
        wait: true,
        ...(input.idempotencyKey === undefined ? {} : { keyed }),
        judge: (present) => startOrJoin(present, actor, input),
      });
      if (answer.kind === 'held') throw conversationNotFound();
      if (answer.kind === 'changed') bindSocket(deps, caller, actor, answer.after);
      const view = answer.kind === 'changed' ? replyTo(answer.after) : (answer.packed as Call);
      // The missed call stands in the conversation of who was called; who calls is told at once.
      if (view.endReason === 'busy') throw callBusy('the other side is in another call');
      return view;
    }),
  );

function startOrJoin(present: Present, actor: Actor, wanted: Wanted): Outcome {
  const { conversation, call, nowMs, blocked, isElsewhere } = present;
  if (blocked) throw blockedError();
  if (call !== undefined) return join(call, actor, wanted.legId, nowMs);
  const others = membersToRing(conversation, actor.userId);
  if (isElsewhere(actor.userId)) throw inAnotherCall();
  // Nobody may be left to ring: then it is over before it is stored.
  return { call: settle(newCall(conversation, actor, wanted, nowMs, others, isElsewhere), nowMs) };
}

function newCall(
  conversation: HeldConversation,
  actor: Actor,
  { kind, legId }: Wanted,
  nowMs: number,
  others: readonly string[],
  isElsewhere: Present['isElsewhere'],
): CallFacts {
  const empty: CallFacts = {
    id: uuidv7(),
    conversationId: conversation.id,
    kind,
    direct: conversation.kind === 'direct',
    createdBy: actor.userId,
    state: 'ringing',
    version: 1,
    createdMs: nowMs,
    participants: [],
  };
  const leg = newLeg(empty, actor, legId ?? crypto.randomUUID(), nowMs);
  return {
    ...empty,
    participants: [
      { userId: actor.userId, state: 'joined', epoch: leg.epoch, joinedMs: nowMs, leg },
      ...others.map((userId) => {
        const state = isElsewhere(userId) ? ('busy' as const) : ('ringing' as const);
        return { userId, state, epoch: 0 };
      }),
    ],
  };
}

function membersToRing({ memberIds }: HeldConversation, callerId: string): string[] {
  if (memberIds === null) {
    const most = limits.smallConversationMembers;
    throw new NovaError('forbidden', `calls are for conversations of up to ${most} members`);
  }
  const others = memberIds.filter((userId) => userId !== callerId);
  if (others.length === 0) throw new NovaError('forbidden', 'there is nobody to call');
  return others;
}
