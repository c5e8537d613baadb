import type { Statement, Transaction } from '#db/database.js';
import type { DurableOutgoing, PersonalOutgoing } from '#delivery/outgoing.js';
import type { HeldConversation } from './locked-conversation.ts';
import { carriesMessage, erasesEarlier, type LogEntry, logTypes } from './log-types.ts';

const bump: Statement = {
  name: 'log_bump',
  text: `update conversations set last_pos = last_pos + $2, updated_at = $3 where id = $1`,
};

const insert: Statement = {
  name: 'log_append',
  text: `insert into log (conversation_id, pos, type, subject_id, actor_id, data, at)
    select $1, pos, type, subject_id, $2, data, $3
    from unnest($4::bigint[], $5::smallint[], $6::uuid[], $7::jsonb[])
      as entry (pos, type, subject_id, data)`,
};

const insertPersonal: Statement = {
  name: 'log_append_personal',
  text: `insert into log (user_id, type, subject_id, actor_id, data, at)
    select user_id, $2, $3, $4, $5, $6 from unnest($1::uuid[]) as addressee (user_id)`,
};

/**
 * Appends entries to the log of a locked conversation and returns them as they go on the bus once
 * the transaction has committed. `memberIds` are the recipients after the change.
 */
export async function appendEntries(
  tx: Transaction,
  conversation: HeldConversation,
  actorId: string,
  entries: readonly LogEntry[],
  memberIds: readonly string[] | null = conversation.memberIds,
): Promise<DurableOutgoing[]> {
  if (entries.length === 0) return [];
  const { id, lastPos, at } = conversation;
  await tx.rows(bump, [id, entries.length, at]);
  await tx.rows(insert, [
    id,
    actorId,
    at,
    entries.map((_, index) => lastPos + index + 1),
    entries.map((entry) => logTypes[entry.type]),
    entries.map((entry) => entry.messageId ?? null),
    entries.map((entry) => (carriesMessage(entry.type) ? null : JSON.stringify(entry.event))),
  ]);
  return entries.map((entry, index) => {
    const pos = lastPos + index + 1;
    return {
      kind: 'durable',
      conversationId: id,
      pos,
      quietMs: index === 0 ? at.getTime() - conversation.previousAt.getTime() : 0,
      frame: durableFrame(entry.type, id, pos, at, JSON.stringify(entry.event)),
      recipients: memberIds,
      ...(entry.joined === undefined ? {} : { joined: entry.joined }),
      ...(entry.left === undefined ? {} : { left: entry.left }),
      ...(erasesEarlier(entry.type) ? { erases: true } : {}),
    };
  });
}

/** Appends one row to the log of each of some users; `conversationId` is what it is about. */
export async function appendPersonal(
  tx: Transaction,
  type: 'conversation.created' | 'member.removed',
  userIds: readonly string[],
  about: { readonly conversationId: string; readonly actorId: string; readonly at: Date },
  event: object | null,
): Promise<void> {
  if (userIds.length === 0) return;
  const data = event === null ? null : JSON.stringify(event);
  await tx.rows(insertPersonal, [
    userIds,
    logTypes[type],
    about.conversationId,
    about.actorId,
    data,
    about.at,
  ]);
}

/** An event frame; `eventJson` is the finished JSON of its `data`. */
export function durableFrame(
  type: string,
  conversationId: string,
  pos: number,
  at: Date,
  eventJson: string,
): string {
  return `{"event":"${type}","conversationId":"${conversationId}","pos":${pos},"at":"${at.toISOString()}","data":${eventJson}}`;
}

export function personalFrame(
  type: string,
  conversationId: string,
  at: Date,
  event: object,
): string {
  return JSON.stringify({ event: type, conversationId, at: at.toISOString(), data: event });
}

export const personalKey = (
  type: string,
  userId: string,
  about: { readonly conversationId: string; readonly at: Date },
): string => `${type} ${userId} ${about.conversationId} ${about.at.getTime()}`;

export function personalOutgoing(
  type: string,
  userId: string,
  about: { readonly conversationId: string; readonly at: Date },
  event: object,
): PersonalOutgoing {
  const frame = personalFrame(type, about.conversationId, about.at, event);
  return { kind: 'personal', userId, key: personalKey(type, userId, about), frame };
}
