/** The second half of a batch: everything its changes write. */
import type { Pipeline } from '#db/pipeline-connection.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import { logTypes } from '#log/log-types.js';
import { messageKinds } from '#messages/message-kinds.js';
import type { Outcome } from './acts.ts';
import * as sql from './call-batch-statements.ts';
import { type CallFacts, type CallRules, joined, participantOf } from './call-facts.ts';
import { deadlineOf } from './deadlines.ts';
import type { EndedMessage } from './record-end.ts';

/** The one change that a batch makes in a conversation. */
export interface Change {
  readonly conversation: HeldConversation;
  readonly before: CallFacts | undefined;
  readonly after: CallFacts;
  readonly outcome: Outcome;
}

/** What stands in columns of its own is not kept twice. */
function stored(call: CallFacts): string {
  const { id, conversationId, kind, state, createdBy, version, ...facts } = call;
  return JSON.stringify(facts);
}

/** Submits the statements in an order in which none depends on a later one; awaits nothing. */
export function storeChanges(
  pipeline: Pipeline,
  rules: CallRules,
  changes: readonly Change[],
  messages: readonly EndedMessage[],
): Promise<unknown>[] {
  const sent: Promise<unknown>[] = [];
  const old = changes.filter(({ before }) => before !== undefined).map(({ after }) => after);
  const fresh = changes.filter(({ before }) => before === undefined).map(({ after }) => after);
  if (old.length > 0) {
    const values = [
      old.map(({ id }) => id),
      old.map(({ version }) => version),
      old.map(({ state }) => state),
      old.map(stored),
      old.map((call) => deadlineOf(call, rules) ?? null),
      old.map(({ endedMs }) => endedMs ?? null),
    ];
    sent.push(pipeline.rows(sql.updateCalls, values));
  }
  if (fresh.length > 0) {
    const values = [
      fresh.map(({ id }) => id),
      fresh.map(({ conversationId }) => conversationId),
      fresh.map(({ kind }) => kind),
      fresh.map(({ state }) => state),
      fresh.map(({ createdBy }) => createdBy),
      fresh.map(({ version }) => version),
      fresh.map(stored),
      fresh.map((call) => deadlineOf(call, rules) ?? null),
      fresh.map(({ createdMs }) => createdMs),
      fresh.map(({ endedMs }) => endedMs ?? null),
    ];
    sent.push(pipeline.rows(sql.insertCalls, values));
  }
  sent.push(...storeParticipants(pipeline, changes), ...storeLegs(pipeline, changes));
  if (messages.length > 0) sent.push(storeMessages(pipeline, messages));
  return sent;
}

function storeParticipants(pipeline: Pipeline, changes: readonly Change[]): Promise<unknown>[] {
  const added = changes.flatMap(({ before, after }) =>
    after.participants
      .filter(({ userId }) => before === undefined || !participantOf(before, userId))
      .map(({ userId }) => ({ callId: after.id, userId, at: after.conversationId })),
  );
  const over = changes.map(({ after }) => after).filter(({ state }) => state === 'ended');
  return [
    ...(added.length === 0
      ? []
      : [
          pipeline.rows(sql.insertParticipants, [
            added.map(({ callId }) => callId),
            added.map(({ userId }) => userId),
            added.map(({ at }) => at),
          ]),
        ]),
    ...(over.length === 0
      ? []
      : [
          pipeline.rows(sql.endParticipants, [
            over.map(({ id }) => id),
            over.map(({ endedMs }) => endedMs ?? null),
          ]),
        ]),
  ];
}

/** Keeps the table of legs in line: a user who is in another call cannot be in this one. */
function storeLegs(pipeline: Pipeline, changes: readonly Change[]): Promise<unknown>[] {
  const gone = changes.flatMap(({ before, after }) =>
    (before === undefined ? [] : joined(before))
      .filter(({ userId }) => !participantOf(after, userId)?.leg)
      .map(({ userId }) => ({ userId, callId: after.id })),
  );
  const put = changes.flatMap(({ before, after }) =>
    joined(after).flatMap(({ userId, leg }) => {
      const old = before === undefined ? undefined : participantOf(before, userId)?.leg;
      const nodeId = leg.socket?.nodeId;
      const same = old !== undefined && old.socket?.nodeId === nodeId;
      return same ? [] : [{ userId, callId: after.id, nodeId: nodeId ?? null }];
    }),
  );
  return [
    ...(gone.length === 0
      ? []
      : [
          pipeline.rows(sql.deleteLegs, [
            gone.map(({ userId }) => userId),
            gone.map(({ callId }) => callId),
          ]),
        ]),
    ...(put.length === 0
      ? []
      : [
          pipeline.rows(sql.putLegs, [
            put.map(({ userId }) => userId),
            put.map(({ callId }) => callId),
            put.map(({ nodeId }) => nodeId),
          ]),
        ]),
  ];
}

function storeMessages(pipeline: Pipeline, messages: readonly EndedMessage[]): Promise<unknown> {
  const took = messages.flatMap(({ message, tookPart }) =>
    tookPart.map((userId) => ({ conversationId: message.conversationId, userId })),
  );
  return pipeline.rows(sql.insertMessages, [
    messages.map(({ message }) => message.conversationId),
    messages.map(({ message }) => message.id),
    messages.map(({ message }) => message.seq),
    messages.map(({ outgoing }) => outgoing.pos),
    messages.map(({ message }) => message.senderId),
    messages.map(({ body }) => body),
    messageKinds.call,
    messages.map(({ message }) => message.createdAt),
    took.map(({ conversationId }) => conversationId),
    took.map(({ userId }) => userId),
    logTypes['message.created'],
  ]);
}
