/** A client's view of a conversation against the database's. */
import { type ConversationState, snapshotOf } from '@nova/client';
import { limits, type Message } from '@nova/protocol';
import type { TrueConversation } from './crowd-words.ts';

/** Where the two differ first; undefined where they agree. */
export function difference(state: ConversationState, truth: TrueConversation): string | undefined {
  const seen = snapshotOf(state, Number.MAX_SAFE_INTEGER);
  const { messages } = seen;
  const loaded = messages.length;
  if (loaded < Math.min(leastLoaded, truth.lastSeq)) {
    return `only ${loaded} of ${truth.lastSeq} messages are loaded`;
  }
  const named = truth.memberCount <= limits.smallConversationMembers;
  const own = truth.members.find((member) => member.userId === state.viewerId);
  const lastReadSeq = own?.lastReadSeq ?? 0;
  const unread = truth.messages.slice(lastReadSeq).filter((message) => !message.deletedAt);
  const expected = {
    id: truth.id,
    kind: truth.kind,
    role: own?.role,
    memberCount: truth.memberCount,
    lastSeq: truth.lastSeq,
    lastPos: truth.lastPos,
    updatedAt: truth.updatedAt,
    lastReadSeq,
    unreadCount: unread.length,
    lastMessage: truth.messages.at(-1) ?? null,
    members: named ? truth.members : null,
    messages: truth.messages.slice(truth.lastSeq - loaded),
  };
  const members = seen.members?.map(({ userId, role, lastReadSeq, lastDeliveredSeq }) => ({
    userId,
    role,
    lastReadSeq: lastReadSeq ?? 0,
    lastDeliveredSeq: lastDeliveredSeq ?? 0,
  }));
  return firstDifference({ ...seen, members: members ?? null }, expected, '');
}

/** What a snapshot brings. */
const leastLoaded = 50;

/** Looks at what is expected; the other may know more. */
function firstDifference(seen: unknown, expected: unknown, at: string): string | undefined {
  if (expected === null || typeof expected !== 'object') {
    return seen === expected ? undefined : `${at}: ${show(seen)} instead of ${show(expected)}`;
  }
  if (seen === null || typeof seen !== 'object') return `${at}: ${show(seen)}`;
  const keys = new Set([
    ...Object.keys(expected),
    ...(Array.isArray(expected) || isMessage(expected) ? Object.keys(seen) : []),
  ]);
  for (const key of keys) {
    const [a, b] = [(seen as Keyed)[key], (expected as Keyed)[key]];
    const found = firstDifference(a, b, at === '' ? key : `${at}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Keyed = Readonly<Record<string, unknown>>;

const isMessage = (value: object): value is Message => 'senderId' in value;
const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
