/** The first half of a batch: locks its conversations and reads what its changes are judged on. */
import type { Role } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import type { Pipeline } from '#db/pipeline-connection.js';
import type { FirstReplies } from '#idempotency/first-replies.js';
import type { HeldConversation } from '#log/locked-conversation.js';
import { readBlocked } from '#users/block-store.js';
import * as sql from './call-batch-statements.ts';
import type { CallFacts } from './call-facts.ts';
import type { CallRequest } from './call-request.ts';

type Held = Omit<HeldConversation, 'actorRole'>;

/** What stood in the database once the locks were held. */
export interface Read {
  /** First replies to the keyed requests; an error for who used a key for something else. */
  readonly replies: Awaited<ReturnType<FirstReplies['findAll']>>;
  readonly conversations: ReadonlyMap<string, Held>;
  readonly calls: ReadonlyMap<string, CallFacts>;
  /** Live calls by conversation. */
  readonly live: ReadonlyMap<string, CallFacts>;
  roleOf(conversationId: string, userId: string): Role | null;
  /** The call in which each of those concerned has a leg; follows what the batch does. */
  readonly callOf: Map<string, string>;
  readonly blocked: ReadonlySet<string>;
}

interface Wanted {
  readonly conversationIds: readonly string[];
  readonly callIds: readonly string[];
  /** Of calls that are changed only where nobody holds their conversation. */
  readonly freeIds: readonly string[];
}

function wantedOf(requests: readonly CallRequest[]): Wanted {
  const conversationIds: string[] = [];
  const callIds: string[] = [];
  const freeIds: string[] = [];
  for (const { about, wait } of requests) {
    if ('conversationId' in about) conversationIds.push(about.conversationId);
    else (wait ? callIds : freeIds).push(about.callId);
  }
  return { conversationIds, callIds, freeIds };
}

/** One round trip. */
export async function readPresent(
  pipeline: Pipeline,
  firstReplies: FirstReplies,
  requests: readonly CallRequest[],
): Promise<Read> {
  const { conversationIds, callIds, freeIds } = wantedOf(requests);
  const allCallIds = [...callIds, ...freeIds];
  const acting = requests.flatMap(({ about, userId }) =>
    userId === null ? [] : [{ about, userId }],
  );
  const starting = acting.flatMap(({ about, userId }) =>
    'conversationId' in about ? [[about.conversationId, userId] as const] : [],
  );
  const changing = acting.flatMap(({ about, userId }) =>
    'callId' in about ? [[about.callId, userId] as const] : [],
  );
  const begin = pipeline.command('begin');
  const replies = firstReplies.findAll(
    pipeline,
    requests.flatMap(({ keyed }) => keyed?.request ?? []),
  );
  const locks = [pipeline.rows<LockRow>(sql.lockConversations, [conversationIds, callIds])];
  if (freeIds.length > 0) {
    locks.push(pipeline.rows<LockRow>(sql.lockFreeConversations, [[], freeIds]));
  }
  const small = limits.smallConversationMembers;
  const members = pipeline.rows<MembersRow>(sql.readConversations, [
    conversationIds,
    allCallIds,
    small,
  ]);
  const actors = pipeline.rows<ActorRow>(sql.readActors, [
    starting.map(([conversationId]) => conversationId),
    starting.map(([, userId]) => userId),
    changing.map(([callId]) => callId),
    changing.map(([, userId]) => userId),
  ]);
  const facts = pipeline.rows<{ facts: CallFacts }>(sql.readCalls, [conversationIds, allCallIds]);
  const legs = pipeline.rows<LegRow>(sql.readLegs, [
    acting.map(({ userId }) => userId),
    conversationIds,
    small,
  ]);
  const blocked =
    conversationIds.length === 0
      ? Promise.resolve([])
      : pipeline.rows<{ id: string }>(readBlocked, [conversationIds]);
  // All of them settle before the first failure is thrown: what follows on the connection is clean.
  await Promise.allSettled([begin, replies, ...locks, members, actors, facts, legs, blocked]);
  await begin;
  const found = await replies;
  const held = (await Promise.all(locks)).flat();
  const after = new Map((await members).map((row) => [row.id, row]));
  const calls = (await facts).map((row) => row.facts);
  const roles = new Map(
    (await actors).map((row) => [`${row.conversationId}/${row.userId}`, row.role]),
  );
  return {
    replies: found,
    conversations: new Map(
      held.flatMap((row) => {
        const { at, memberIds } = after.get(row.id) ?? {};
        return at === undefined ? [] : [[row.id, { ...row, at, memberIds: memberIds ?? null }]];
      }),
    ),
    calls: new Map(calls.map((call) => [call.id, call])),
    live: new Map(
      calls
        .filter(({ state }) => state !== 'ended')
        .map((call) => [call.conversationId, call] as const),
    ),
    roleOf: (conversationId, userId) => roles.get(`${conversationId}/${userId}`) ?? null,
    callOf: new Map((await legs).map(({ userId, callId }) => [userId, callId])),
    blocked: new Set((await blocked).map(({ id }) => id)),
  };
}

type LockRow = Omit<Held, 'at' | 'memberIds'>;

interface MembersRow {
  readonly id: string;
  readonly at: Date;
  readonly memberIds: string[] | null;
}

interface ActorRow {
  readonly conversationId: string;
  readonly userId: string;
  readonly role: Role;
}

interface LegRow {
  readonly userId: string;
  readonly callId: string;
}
