/** The walk of every change of a call: lock, judge, change, commit, tell. */
import type { Role } from '@nova/protocol';
import type { Transaction } from '#db/database.js';
import type { Outgoing } from '#delivery/outgoing.js';
import { type HeldConversation, holdConversation } from '#log/locked-conversation.js';
import { NovaError } from '../errors.ts';
import type { Outcome } from './acts.ts';
import type { CallDeps } from './call-deps.ts';
import { type CallFacts, joined, participantOf } from './call-facts.ts';
import {
  addParticipants,
  callById,
  conversationOf,
  putLegs,
  removeLegs,
  storeCall,
} from './call-store.ts';
import { deadlineOf } from './deadlines.ts';
import { recordEnd } from './record-end.ts';
import { callBusy, callNotFound } from './refusals.ts';
import { tidingsOf } from './tell.ts';

/** Judges and changes; throws a refusal. May be called more than once. */
export type Act = (call: CallFacts, nowMs: number, role: Role | null) => Outcome;

export interface CallChange {
  readonly before: CallFacts;
  readonly after: CallFacts;
  readonly outgoing: readonly Outgoing[];
}

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
  deps: CallDeps,
  callId: string,
  userId: string | null,
  act: Act,
  wait: boolean,
): Promise<CallFacts | undefined> {
  const conversationId = await conversationOf(deps.db, callId);
  if (conversationId === undefined) throw callNotFound();
  const made = await deps.db.transaction(async (tx) => {
    const conversation = await holdConversation(tx, conversationId, userId, wait);
    if (conversation === undefined) return undefined;
    if (userId !== null && conversation.actorRole === null) throw callNotFound();
    const call = await callById(tx, callId);
    if (call === undefined) throw callNotFound();
    const nowMs = deps.clock?.() ?? conversation.at.getTime();
    return commitOutcome(deps, tx, conversation, call, act(call, nowMs, conversation.actorRole));
  });
  if (made === undefined) return undefined;
  publishChange(deps, made);
  return made.after;
}

function publishChange(
  { bus, onChanged }: CallDeps,
  { before, after, outgoing }: CallChange,
): void {
  if (before === after) return;
  bus.publish(outgoing);
  onChanged(before, after);
}

/** Writes what an act has made of a call, inside the transaction that holds its conversation. */
export async function commitOutcome(
  deps: CallDeps,
  tx: Transaction,
  conversation: HeldConversation,
  before: CallFacts,
  outcome: Outcome,
): Promise<CallChange> {
  const { rules } = deps;
  if (outcome.call === before) return { before, after: before, outgoing: [] };
  const written = await storeCall(tx, outcome.call, deadlineOf(outcome.call, rules));
  if (!written) throw new NovaError('versionConflict', 'the call was changed in the meantime');
  const after: CallFacts = { ...outcome.call, version: before.version + 1 };
  await followLegs(tx, before, after);
  const ended = after.state === 'ended' ? await recordEnd(deps, tx, conversation, after) : [];
  return { before, after, outgoing: [...tidingsOf({ ...outcome, call: after }, rules), ...ended] };
}

/** Keeps the table of legs in line: a user who is in another call cannot be in this one. */
async function followLegs(tx: Transaction, before: CallFacts, after: CallFacts): Promise<void> {
  const put = joined(after).flatMap(({ userId, leg }) => {
    const old = participantOf(before, userId)?.leg;
    const nodeId = leg.socket?.nodeId;
    return old !== undefined && old.socket?.nodeId === nodeId ? [] : [{ userId, nodeId }];
  });
  const gone = joined(before).filter(({ userId }) => !participantOf(after, userId)?.leg);
  const added = after.participants.filter(({ userId }) => !participantOf(before, userId));
  if (gone.length > 0) {
    await removeLegs(
      tx,
      after.id,
      gone.map(({ userId }) => userId),
    );
  }
  if (put.length > 0 && !(await putLegs(tx, after.id, put))) {
    throw callBusy('you are in another call: leave it first');
  }
  if (added.length > 0) {
    await addParticipants(
      tx,
      after,
      added.map(({ userId }) => userId),
    );
  }
}
