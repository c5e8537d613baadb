import { limits } from '@nova/protocol/wire';
import { uuidv7 } from 'uuidv7';
import type { Transaction } from '#db/database.js';
import { type Caller, defineHandler } from '#dispatch/handler.js';
import { commitChange } from '#log/change-conversation.js';
import { type LockedConversation, lockConversation } from '#log/locked-conversation.js';
import { NovaError } from '../errors.ts';
import { bindSocket, type HandlerDeps } from './act-on-call.ts';
import { type Actor, join, newLeg } from './acts.ts';
import { actorOf } from './call-actor.ts';
import type { CallFacts } from './call-facts.ts';
import { liveCallOf, putLegs, storeNewCall, usersElsewhere } from './call-store.ts';
import { viewFor } from './call-view.ts';
import { type CallChange, commitOutcome } from './change-call.ts';
import { deadlineOf } from './deadlines.ts';
import { enterCall } from './enter-call.ts';
import { callBusy } from './refusals.ts';
import { settle } from './settle.ts';
import { standingOf } from './tell.ts';

interface Wanted {
  readonly kind: CallFacts['kind'];
  readonly legId?: string;
}
type Started = Omit<CallChange, 'before'> & { readonly before: CallFacts | undefined };

/**
 * Two who call each other at the same moment meet in one call: the lock of the conversation lets
 * one start it and the other find it, and the unique index would refuse a second.
 */
export const startCall = (deps: HandlerDeps) =>
  defineHandler('call.start', 'call', (caller, input) =>
    enterCall(deps, caller.userId, async () => {
      const actor = actorOf(caller, input.deviceId, deps.nodeId);
      let started: Started | undefined;
      const request = { operation: 'call.start', caller, input } as const;
      const view = await commitChange(deps, request, async (tx) => {
        const conversation = await lockConversation(tx, input.conversationId, caller.userId);
        started = await startOrJoin(deps, tx, conversation, actor, input);
        const result = viewFor(started.after, deps.rules, actor.deviceId);
        return { result, outgoing: started.outgoing };
      });
      if (started !== undefined) finish(deps, caller, actor, started);
      // The missed call stands in the conversation of who was called; who calls is told at once.
      if (view.endReason === 'busy') throw callBusy('the other side is in another call');
      return view;
    }),
  );

function finish(deps: HandlerDeps, caller: Caller, actor: Actor, started: Started): void {
  if (started.before !== started.after) deps.onChanged(started.before, started.after);
  bindSocket(deps, caller, actor, started.after);
}

async function startOrJoin(
  deps: HandlerDeps,
  tx: Transaction,
  conversation: LockedConversation,
  actor: Actor,
  wanted: Wanted,
): Promise<Started> {
  const nowMs = deps.clock?.() ?? conversation.at.getTime();
  const live = await liveCallOf(tx, conversation.id);
  if (live !== undefined) {
    return commitOutcome(deps, tx, conversation, live, join(live, actor, wanted.legId, nowMs));
  }
  return begin(deps, tx, conversation, actor, wanted, nowMs);
}

async function begin(
  deps: HandlerDeps,
  tx: Transaction,
  conversation: LockedConversation,
  actor: Actor,
  wanted: Wanted,
  nowMs: number,
): Promise<Started> {
  const others = membersToRing(conversation, actor.userId);
  const id = uuidv7();
  const elsewhere = await usersElsewhere(tx, [actor.userId, ...others], id);
  if (elsewhere.has(actor.userId)) throw inAnotherCall();
  const call = newCall(id, conversation, actor, wanted, nowMs, others, elsewhere);
  // Nobody may be left to ring: then it is over before the transaction is.
  await storeNewCall(tx, call, deadlineOf(call, deps.rules) ?? nowMs);
  const nodeId = actor.socket?.nodeId;
  if (!(await putLegs(tx, id, [{ userId: actor.userId, nodeId }]))) throw inAnotherCall();
  const settled = settle(call, nowMs);
  if (settled === call) {
    return { before: undefined, after: call, outgoing: standingOf(call, deps.rules) };
  }
  const over = await commitOutcome(deps, tx, conversation, call, { call: settled });
  return { ...over, before: undefined };
}

const inAnotherCall = (): NovaError => callBusy('you are in another call: leave it first');

function newCall(
  id: string,
  conversation: LockedConversation,
  actor: Actor,
  { kind, legId }: Wanted,
  nowMs: number,
  others: readonly string[],
  elsewhere: ReadonlySet<string>,
): CallFacts {
  const empty: CallFacts = {
    id,
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
        const state = elsewhere.has(userId) ? ('busy' as const) : ('ringing' as const);
        return { userId, state, epoch: 0 };
      }),
    ],
  };
}

function membersToRing({ memberIds }: LockedConversation, callerId: string): string[] {
  if (memberIds === null) {
    const most = limits.smallConversationMembers;
    throw new NovaError('forbidden', `calls are for conversations of up to ${most} members`);
  }
  const others = memberIds.filter((userId) => userId !== callerId);
  if (others.length === 0) throw new NovaError('forbidden', 'there is nobody to call');
  return others;
}
