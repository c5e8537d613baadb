import type { Message } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { committed } from '#db/commit-unknown.js';
import type { Queryable } from '#db/database.js';
import type { Pipeline } from '#db/pipeline-connection.js';
import type { DurableOutgoing } from '#delivery/outgoing.js';
import { Rendered } from '#dispatch/rendered.js';
import { durableFrame } from '#log/append.js';
import type { ConversationKeys } from '#sealing/conversation-keys.js';
import { blockedError, readBlocked } from '#users/block-store.js';
import { conversationNotFound, invalidField } from '../errors.ts';
import * as sql from './batch-statements.ts';
import type { SendRequest } from './send-request.ts';

/** What a batch did with each of its requests, and what goes on the bus. */
export interface WrittenBatch {
  readonly outcomes: ReadonlyMap<SendRequest, Rendered<Message> | 'stored' | Error>;
  readonly outgoing: readonly DurableOutgoing[];
}

export interface WriteBatchOptions {
  readonly keys: ConversationKeys;
  readonly db: Queryable;
  /** Look for messages stored before instead of letting the unique index find them. */
  readonly checkStored: boolean;
}

interface LockedRow {
  readonly id: string;
  readonly lastSeq: number;
  readonly lastPos: number;
  readonly updatedAt: Date;
}

interface MemberRow {
  readonly conversationId: string;
  readonly userId: string;
  readonly small: boolean;
  readonly at: Date;
}

interface Place extends LockedRow {
  count: number;
  memberIds: string[] | null;
  readonly senders: Map<string, number>;
}

const key = (conversationId: string, id: string): string => `${conversationId}/${id}`;

/**
 * Stores a batch of messages in one transaction and two round trips. Throws when the batch as a
 * whole failed and nothing was stored; `CommitUnknown` when the connection broke at the commit.
 */
export async function writeBatch(
  pipeline: Pipeline,
  requests: readonly SendRequest[],
  { keys, db, checkStored }: WriteBatchOptions,
): Promise<WrittenBatch> {
  const outcomes = new Map<SendRequest, Rendered<Message> | 'stored' | Error>();
  const conversationIds = [...new Set(requests.map((request) => request.conversationId))].sort();
  const ciphers = await keys.load(db, conversationIds);

  const [places, members, stored, blocked] = await lockAndRead(
    pipeline,
    requests,
    conversationIds,
    checkStored,
  );
  for (const { conversationId, userId, small } of members) {
    const place = places.get(conversationId);
    if (place === undefined) continue;
    place.senders.set(userId, 0);
    if (small) {
      place.memberIds ??= [];
      place.memberIds.push(userId);
    }
  }

  const seen = new Set<string>();
  const accepted: { request: SendRequest; place: Place; seq: number; pos: number; body: Buffer }[] =
    [];
  for (const request of requests) {
    const { conversationId, id, senderId, replyTo } = request;
    const place = places.get(conversationId);
    const cipher = ciphers.get(conversationId);
    const self = key(conversationId, id);
    if (place === undefined || cipher === undefined || !place.senders.has(senderId)) {
      outcomes.set(request, conversationNotFound());
    } else if (stored.has(self) || seen.has(self)) {
      outcomes.set(request, 'stored');
    } else if (blocked.has(conversationId)) {
      outcomes.set(request, blockedError());
    } else if (
      replyTo !== undefined &&
      !stored.has(key(conversationId, replyTo)) &&
      !seen.has(key(conversationId, replyTo))
    ) {
      outcomes.set(request, invalidField('replyTo', 'a message of the same conversation'));
    } else {
      seen.add(self);
      place.count++;
      const seq = place.lastSeq + place.count;
      place.senders.set(senderId, seq);
      const body = cipher.seal(request.text);
      accepted.push({ request, place, seq, pos: place.lastPos + place.count, body });
    }
  }
  const at = members[0]?.at;
  if (accepted.length === 0 || at === undefined) {
    await pipeline.command('rollback');
    return { outcomes, outgoing: [] };
  }

  const touched = [...places.values()].filter((place) => place.count > 0);
  const markers = touched.flatMap((place) =>
    [...place.senders]
      .filter(([, seq]) => seq > 0)
      .sort()
      .map(([userId, seq]) => ({ conversationId: place.id, userId, seq })),
  );
  const written = pipeline.rows(sql.writeAll, [
    at,
    touched.map((place) => place.id),
    touched.map((place) => place.count),
    accepted.map(({ request }) => request.conversationId),
    accepted.map(({ request }) => request.id),
    accepted.map(({ seq }) => seq),
    accepted.map(({ request }) => request.senderId),
    accepted.map(({ body }) => body),
    accepted.map(({ request }) => request.replyTo ?? null),
    accepted.map(({ pos }) => pos),
    markers.map((marker) => marker.conversationId),
    markers.map((marker) => marker.userId),
    markers.map((marker) => marker.seq),
  ]);
  const commit = pipeline.command('commit');
  await committed([written, commit]);

  const outgoing = accepted.map(({ request, place, seq, pos }) => {
    const message = render(request, seq, at);
    const json = JSON.stringify(message);
    outcomes.set(request, new Rendered(message, json));
    const first = pos === place.lastPos + 1;
    return {
      kind: 'durable',
      conversationId: place.id,
      pos,
      quietMs: first ? at.getTime() - place.updatedAt.getTime() : 0,
      frame: durableFrame('message.created', place.id, pos, at, json),
      recipients: place.memberIds,
    } satisfies DurableOutgoing;
  });
  return { outcomes, outgoing };
}

async function lockAndRead(
  pipeline: Pipeline,
  requests: readonly SendRequest[],
  conversationIds: readonly string[],
  checkStored: boolean,
) {
  const looked = requests.flatMap(({ conversationId, id, replyTo }) => [
    ...(checkStored ? [{ conversationId, id }] : []),
    ...(replyTo === undefined ? [] : [{ conversationId, id: replyTo }]),
  ]);
  const begin = pipeline.command('begin');
  const lock = pipeline.rows<LockedRow>(sql.lockConversations, [conversationIds]);
  const members = pipeline.rows<MemberRow>(sql.readMembers, [
    conversationIds,
    requests.map((request) => request.conversationId),
    requests.map((request) => request.senderId),
    limits.smallConversationMembers,
  ]);
  const blocked = pipeline.rows<{ id: string }>(readBlocked, [conversationIds]);
  const stored =
    looked.length === 0
      ? Promise.resolve([])
      : pipeline.rows<{ conversationId: string; id: string }>(sql.readStored, [
          looked.map((one) => one.conversationId),
          looked.map((one) => one.id),
        ]);
  await settled([begin, lock, members, blocked, stored]);
  await begin;
  const places = new Map<string, Place>(
    (await lock).map((row) => [row.id, { ...row, count: 0, memberIds: null, senders: new Map() }]),
  );
  const storedKeys = new Set((await stored).map((one) => key(one.conversationId, one.id)));
  const blockedIds = new Set((await blocked).map(({ id }) => id));
  return [places, await members, storedKeys, blockedIds] as const;
}

/** Waits for all without throwing: the first failure is then thrown by awaiting each in order. */
async function settled(promises: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(promises);
}

function render(request: SendRequest, seq: number, at: Date): Message {
  return {
    id: request.id,
    conversationId: request.conversationId,
    seq,
    senderId: request.senderId,
    kind: 'text',
    text: request.text,
    ...(request.replyTo === undefined ? {} : { replyTo: request.replyTo }),
    version: 1,
    createdAt: at.toISOString(),
  };
}
