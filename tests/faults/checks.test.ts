/** The checks of a run, held against what they must find. */
import { addPage, stateOf } from '@nova/client';
import type { Message, ServerEvent } from '@nova/protocol';
import { describe, expect, it } from 'vitest';
import type { Sendings, TrueConversation } from './crowd-words.ts';
import { faultKinds } from './fault-kinds.ts';
import { gapsOver } from './gaps.ts';
import { judge } from './judge.ts';
import { Lateness, quantileOf } from './lateness.ts';
import { planFaults, spread } from './nemesis.ts';
import { createRandom } from './random.ts';
import { judgeTopic } from './topic.ts';
import { difference } from './views.ts';
import { Witness } from './witness.ts';

const conversationId = 'here';
const userIds = ['ana', 'bob'];
const scene = { userIds, conversations: [{ id: conversationId, members: [0, 1], weight: 1 }] };
const at = '2026-01-01T00:00:00.000Z';

const message = (seq: number, text = `text ${seq}`): Message => ({
  ...{ id: `m${seq}`, conversationId, seq, senderId: 'ana', kind: 'text' },
  ...{ text, version: 1, createdAt: at },
});

const created = (seq: number): ServerEvent => ({
  event: 'message.created',
  conversationId,
  pos: seq,
  data: message(seq),
});

function truthOf(messages: readonly Message[]): TrueConversation {
  const { length } = messages;
  const marker = { role: 'member', lastReadSeq: length, lastDeliveredSeq: length };
  return {
    ...{ id: conversationId, kind: 'direct', memberCount: 2, updatedAt: at },
    ...{ lastSeq: length, lastPos: length, messages },
    members: userIds.map((userId) => ({ userId, ...marker })),
  };
}

function judged(sendings: Partial<Sendings>, messages: readonly Message[]) {
  const stored = messages.map(({ id, seq, senderId, version, deletedAt }) => ({
    ...{ conversationId, id, seq, senderId, version, deleted: deletedAt !== undefined },
  }));
  const all = [{ runs: [], changes: {}, refused: [], ...sendings }];
  const { lost, doubled, outOfOrder, other } = judge(scene, all, [truthOf(messages)], stored);
  return [lost.length, doubled.length, outOfOrder.length, other.length];
}

describe('what was sent against what is stored', () => {
  const run = { client: 0, conversationId, ids: ['m1', 'm2'], texts: ['text 1', 'text 2'] };
  const inOrder = { runs: [{ ...run, seqs: [1, 2] }] };

  it('finds nothing where there is nothing', () => {
    expect(judged(inOrder, [message(1), message(2)])).toEqual([0, 0, 0, 0]);
  });

  it('finds what is missing, out of order, changed or sent by nobody', () => {
    expect(judged(inOrder, [message(1)])).toEqual([1, 0, 0, 0]);
    const turned = { runs: [{ ...run, ids: ['m2', 'm1'], seqs: [2, 1] }] };
    expect(judged(turned, [message(1, 'text 2'), message(2, 'text 1')])).toEqual([0, 0, 1, 0]);
    expect(judged(inOrder, [message(1), message(2, 'other')])).toEqual([0, 0, 0, 1]);
    expect(judged({}, [message(1)])).toEqual([0, 0, 0, 1]);
    expect(judged(inOrder, [message(1), message(2), message(2)])[1]).toBe(1);
  });

  it('takes either outcome of a change that nobody confirmed', () => {
    const changes = { m2: [{ text: 'new', certain: false }] };
    for (const text of ['text 2', 'new']) {
      expect(judged({ ...inOrder, changes }, [message(1), message(2, text)])).toEqual([0, 0, 0, 0]);
    }
    const confirmed = { m2: [{ text: 'new', certain: true }] };
    expect(judged({ ...inOrder, changes: confirmed }, [message(1), message(2)])[3]).toBe(1);
  });
});

describe('what a client was told', () => {
  const told = (...seqs: number[]) => {
    const witness = new Witness('ana');
    for (const seq of seqs) witness.see(created(seq));
    witness.check(conversationId, [message(1), message(2), message(3)]);
    const { lost, doubled, outOfOrder } = witness;
    return [lost.length, doubled.length, outOfOrder.length];
  };

  it('is each message once and in order', () => {
    expect(told(1, 2, 3)).toEqual([0, 0, 0]);
    expect(told(1, 3)).toEqual([1, 0, 0]);
    expect(told(1, 2)).toEqual([1, 0, 0]);
    expect(told(1, 2, 2, 3)).toEqual([0, 1, 0]);
    expect(told(1, 3, 2)).toEqual([1, 0, 1]);
  });

  it('is another message than the stored one', () => {
    const witness = new Witness('ana');
    witness.see({ ...created(1), data: { ...message(1), id: 'other' } } as ServerEvent);
    witness.check(conversationId, [message(1)]);
    expect(witness.lost).toHaveLength(1);
  });
});

it('a view differs where a fact or a message does', () => {
  const messages = [message(1), message(2)];
  const truth = truthOf(messages);
  const state = addPage(
    stateOf(
      {
        ...{ id: conversationId, kind: 'direct', memberCount: 2, lastSeq: 2, lastPos: 2 },
        ...{ lastReadSeq: 2, unreadCount: 0, mentionCount: 0, role: 'member' },
        ...{ createdAt: at, updatedAt: at, lastMessage: message(2) },
        members: userIds.map((userId) => ({
          ...{ userId, role: 'member' as const, joinedAt: at },
          ...{ lastReadSeq: 2, lastDeliveredSeq: 2 },
        })),
      },
      'ana',
    ),
    { messages, pos: 2, hasBefore: false },
  );
  expect(difference(state, truth)).toBeUndefined();
  expect(difference(state, { ...truth, lastPos: 3 })).toContain('lastPos');
  expect(difference({ ...state, unreadCount: 1 }, truth)).toContain('unreadCount');
  const edited = { ...truth, messages: [message(1, 'edited'), message(2)] };
  expect(difference(state, edited)).toContain('messages.0.text');
  expect(difference(state, truthOf([...messages, message(3)]))).toContain('2 of 3');
});

it('a seed repeats its schedule', () => {
  const plan = (seed: number) =>
    planFaults(createRandom(seed), { nodeKill: 6, databaseKill: 3 }, 30);
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
  expect(plan(1).filter(({ kind }) => kind === 'databaseKill')).toHaveLength(3);
});

it('every kind of fault comes, the heavier ones more often', () => {
  const counts = spread(40, faultKinds);
  expect(Object.keys(counts).toSorted()).toEqual([...faultKinds].toSorted());
  expect(counts.nodeKill).toBeGreaterThan(counts.redisKill ?? 0);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(40);
});

it('what came late counts for the last fault before it came, apart where another lasted', () => {
  const fault = { afterRecovery: true, pauseMs: 0, victim: 0, way: '', durationMs: 0 };
  const faults = [
    { ...fault, kind: 'databaseKill' as const, atMs: 10, endMs: 12 },
    { ...fault, kind: 'nodeKill' as const, atMs: 20, endMs: 30 },
  ];
  const ana = [
    { fromMs: 5, toMs: 40 },
    { fromMs: 15, toMs: 25 },
    { fromMs: 50_000, toMs: 90_000 },
  ];
  expect(gapsOver(faults, [ana, [{ fromMs: 11, toMs: 18 }]])).toEqual({
    databaseKill: { medianMs: 7, longestMs: 7, besideMs: 0, lastedMs: 2 },
    nodeKill: { medianMs: 35, longestMs: 10, besideMs: 35, lastedMs: 10 },
  });
});

describe('what was published', () => {
  const logged = [1, 2, 3].map((pos) => ({ conversationId, pos }));
  const record = (pos: number, id = `e${pos}`) => ({
    ...{ id, pos, conversationId, key: conversationId, type: 'message.created' },
  });
  const judgedTopic = (...records: ReturnType<typeof record>[]) => {
    const { missing, outOfOrder, other, repeated } = judgeTopic(records, logged);
    return [missing.length, outOfOrder.length, other.length, repeated];
  };

  it('is every event in its order; repeated under the same id it is the same', () => {
    expect(judgedTopic(record(0), record(1), record(2), record(3))).toEqual([0, 0, 0, 0]);
    expect(judgedTopic(record(1), record(2), record(0), record(3))).toEqual([0, 0, 0, 0]);
    expect(judgedTopic(record(1), record(2), record(1), record(2), record(3))).toEqual([
      0, 0, 0, 2,
    ]);
  });

  it('lacks an event, turns two round, invents one or gives one another id', () => {
    expect(judgedTopic(record(1), record(3))).toEqual([1, 0, 0, 0]);
    expect(judgedTopic(record(1), record(3), record(2))).toEqual([0, 1, 0, 0]);
    expect(judgedTopic(record(1), record(2), record(3), record(4))).toEqual([0, 0, 1, 0]);
    expect(judgedTopic(record(1), record(1, 'x'), record(2), record(3))).toEqual([0, 0, 1, 0]);
  });
});

it('lateness is counted from the moment in the id of a message', () => {
  const lateness = new Lateness();
  const id = `${(1_000_000).toString(16).padStart(12, '0')}`;
  const uuid = `${id.slice(0, 8)}-${id.slice(8)}-7000-8000-000000000000`;
  for (const delayMs of [50, 300, 250, 1_500]) lateness.see(uuid, 1_000_000 + delayMs);
  expect(lateness.late).toEqual([
    { fromMs: 1_000_000, toMs: 1_000_300 },
    { fromMs: 1_000_000, toMs: 1_001_500 },
  ]);
  expect(quantileOf(lateness.counts, 0.25)).toBeGreaterThanOrEqual(50);
  expect(quantileOf(lateness.counts, 1)).toBeGreaterThanOrEqual(1_500);
});
