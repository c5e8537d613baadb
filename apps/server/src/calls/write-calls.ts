/** The walk of every change of a call: lock, read, judge, write, commit; many in one transaction. */
import { committed } from '#db/commit-unknown.js';
import type { Pipeline } from '#db/pipeline-connection.js';
import type { Outgoing } from '#delivery/outgoing.js';
import type { KeyedRequest } from '#idempotency/first-replies.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import { conversationNotFound, NovaError } from '../errors.ts';
import type { CallDeps } from './call-deps.ts';
import { type CallFacts, joined, participantOf } from './call-facts.ts';
import type { CallAnswer, CallRequest } from './call-request.ts';
import { type Read, readPresent } from './read-present.ts';
import { endedMessage } from './record-end.ts';
import { callNotFound, inAnotherCall } from './refusals.ts';
import { type Change, storeChanges } from './store-changes.ts';
import { standingOf, tidingsOf } from './tell.ts';

/** What became of each request of a batch, and what is told to others. */
export interface WrittenCalls {
  readonly answers: ReadonlyMap<CallRequest, CallAnswer | Error>;
  readonly changes: readonly (readonly [before: CallFacts | undefined, after: CallFacts])[];
  readonly outgoing: readonly Outgoing[];
  /** Of a conversation in which the batch changed something else: for the next one. */
  readonly deferred: readonly CallRequest[];
}

type Deps = Omit<CallDeps, 'writer'>;

/** Two round trips. Throws where the batch as a whole failed and nothing was stored. */
export async function writeCalls(
  deps: Deps,
  pipeline: Pipeline,
  requests: readonly CallRequest[],
): Promise<WrittenCalls> {
  const read = await readPresent(pipeline, deps.replies, requests);
  const answers = new Map<CallRequest, CallAnswer | Error>();
  const deferred: CallRequest[] = [];
  const changes = new Map<string, Change>();
  const toKeep: [KeyedRequest, reply: unknown][] = [];
  for (const request of requests) {
    const { conversation, call } = placeOf(read, request);
    if (conversation !== undefined && changes.has(conversation.id)) {
      deferred.push(request);
      continue;
    }
    try {
      const judged = judge(deps, read, request, conversation, call);
      answers.set(request, judged.answer);
      if (judged.change !== undefined) {
        changes.set(judged.change.conversation.id, judged.change);
        followLegs(read, judged.change);
      }
      const { keyed } = request;
      if (keyed !== undefined && judged.answer.kind === 'changed') {
        toKeep.push([keyed.request, keyed.replyTo(judged.answer.after)]);
      }
    } catch (error) {
      if (!(error instanceof NovaError)) throw error;
      answers.set(request, error);
    }
  }
  const made = [...changes.values()];
  if (made.length === 0 && toKeep.length === 0) {
    await pipeline.command('rollback');
    return { answers, changes: [], outgoing: [], deferred };
  }
  const ended = made.filter(({ after }) => after.state === 'ended');
  const ciphers = await deps.keys.load(
    pipeline,
    ended.map(({ conversation }) => conversation.id),
  );
  const messages = ended.map((change) => endedMessage(ciphers, change));
  await committed([
    deps.replies.keepAll(pipeline, toKeep),
    ...storeChanges(pipeline, deps.rules, made, messages),
    pipeline.command('commit'),
  ]);
  return {
    answers,
    changes: made.map(({ before, after }) => [before, after] as const),
    outgoing: [
      ...made.flatMap((change) => tidings(deps, change)),
      ...messages.map(({ outgoing }) => outgoing),
    ],
    deferred,
  };
}

interface Place {
  readonly conversation: HeldConversation | undefined;
  readonly call: CallFacts | undefined;
}

function placeOf(read: Read, { about, userId }: CallRequest): Place {
  const call =
    'callId' in about ? read.calls.get(about.callId) : read.live.get(about.conversationId);
  const id = 'callId' in about ? call?.conversationId : about.conversationId;
  const held = id === undefined ? undefined : read.conversations.get(id);
  if (held === undefined) return { conversation: undefined, call };
  const actorRole = userId === null ? null : read.roleOf(held.id, userId);
  return { conversation: { ...held, actorRole }, call };
}

/** Throws a refusal. */
function judge(
  { clock }: Deps,
  read: Read,
  request: CallRequest,
  conversation: HeldConversation | undefined,
  call: CallFacts | undefined,
): { readonly answer: CallAnswer; readonly change?: Change } {
  const first = request.keyed === undefined ? undefined : read.replies.get(request.keyed.request);
  if (first instanceof NovaError) throw first;
  if (first !== undefined) return { answer: { kind: 'repeated', packed: first.packed } };
  if (conversation === undefined && !request.wait) return { answer: { kind: 'held' } };
  const outside = request.userId !== null && conversation?.actorRole === null;
  const starts = 'conversationId' in request.about;
  if (conversation === undefined || outside || !(starts || call)) {
    throw starts ? conversationNotFound() : callNotFound();
  }
  const outcome = request.judge({
    conversation,
    call,
    nowMs: clock?.() ?? conversation.at.getTime(),
    blocked: read.blocked.has(conversation.id),
    isElsewhere: (userId) => isElsewhere(read, userId, call),
  });
  if (outcome.call === call) return { answer: { kind: 'changed', before: call, after: call } };
  const version = call === undefined ? outcome.call.version : call.version + 1;
  const after = { ...outcome.call, version };
  for (const { userId } of joined(after)) {
    const was = call === undefined ? undefined : participantOf(call, userId)?.leg;
    if (was === undefined && isElsewhere(read, userId, call)) throw inAnotherCall();
  }
  return {
    answer: { kind: 'changed', before: call, after },
    change: { conversation, before: call, after, outcome: { ...outcome, call: after } },
  };
}

function isElsewhere({ callOf }: Read, userId: string, call: CallFacts | undefined): boolean {
  const callId = callOf.get(userId);
  return callId !== undefined && callId !== call?.id;
}

/** What the rest of the batch is judged on. */
function followLegs({ callOf }: Read, { before, after }: Change): void {
  for (const { userId } of before === undefined ? [] : joined(before)) callOf.delete(userId);
  for (const { userId } of joined(after)) callOf.set(userId, after.id);
}

function tidings({ rules }: Deps, { before, after, outcome }: Change): Outgoing[] {
  return before === undefined ? standingOf(after, rules) : tidingsOf(outcome, rules);
}
