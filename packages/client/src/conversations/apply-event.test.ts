import type { ServerEvent } from '@nova/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeConversation, type LoggedEvent } from '../testing/fake-conversation.ts';
import { applyEvent } from './apply-event.ts';
import type { MessagePage } from './conversation-state.ts';
import { addPage, type ConversationState, stateOf } from './conversation-state.ts';
import { snapshotOf } from './snapshot-of.ts';

const people = ['ana', 'bob', 'cyd'];

/** A conversation and everything it ever said, as `viewer` hears it. */
function record(viewer = 'ana') {
  const events: ServerEvent[] = [];
  const server = new FakeConversation('group', people, (event: LoggedEvent) => {
    if (event.to.includes(viewer)) events.push(event as unknown as ServerEvent);
  });
  const empty = stateOf(server.viewOf(viewer), viewer);
  const pageNow = (): MessagePage => server.page(50) as MessagePage;
  /** What a client knows that lists now. */
  const listed = (): ConversationState =>
    addPage(stateOf(server.viewOf(viewer), viewer), pageNow());
  return { server, events, empty, listed };
}

const replay = (state: ConversationState, events: readonly ServerEvent[]): ConversationState =>
  events.reduce(applyEvent, state);

type Act = { readonly what: string; readonly who: string; readonly which: number };

const act: fc.Arbitrary<Act> = fc.record({
  what: fc.constantFrom(
    'send',
    'send',
    'send',
    'edit',
    'delete',
    'react',
    'unreact',
    'read',
    'name',
  ),
  who: fc.constantFrom(...people),
  which: fc.nat(),
});

function perform(server: FakeConversation, { what, who, which }: Act): void {
  const message = server.messages[which % Math.max(1, server.messages.length)];
  if (what === 'send' || message === undefined) server.send(who, `text ${which}`);
  else if (what === 'edit' && message.deletedAt === undefined)
    server.edit(message.id, `new ${which}`);
  else if (what === 'delete') server.delete(message.id);
  else if (what === 'react' && message.deletedAt === undefined) {
    server.react(message.id, who, which % 2 === 0 ? '👍' : '🎉', true);
  } else if (what === 'unreact') server.react(message.id, who, '👍', false);
  else if (what === 'read') server.read(who, which % (server.messages.length + 1));
  else if (what === 'name') server.rename(`title ${which}`, who);
}

/** Messages as they are now in place of as they were: what a replay from the log shows. */
const asReplayed = (events: readonly ServerEvent[], server: FakeConversation): ServerEvent[] =>
  events.map((event) => {
    if (!event.event.startsWith('message.')) return event;
    const { seq } = event.data as { seq: number };
    return { ...event, data: server.messages[seq - 1] } as ServerEvent;
  });

const newest = 10;
const facts = (state: ConversationState) => snapshotOf(state, newest);

describe('the same facts make the same state', () => {
  it('live, and listed at the end', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { server, events, empty, listed } = record();
        for (const one of acts) perform(server, one);
        const live = replay(empty, events);
        if (live.stale) return;
        expect(facts(live)).toEqual(facts(listed()));
      }),
      { numRuns: 500 },
    );
  });

  it('listed in the middle, then replayed with messages as they are now, some twice', () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 40 }),
        fc.array(act, { maxLength: 40 }),
        fc.nat(),
        (before, after, overlap) => {
          const { server, events, listed } = record();
          for (const one of before) perform(server, one);
          const state = listed();
          const from = Math.max(0, events.length - (overlap % 10));
          for (const one of after) perform(server, one);
          const replayed = replay(state, asReplayed(events.slice(from), server));
          if (replayed.stale) return;
          expect(facts(replayed)).toEqual(facts(listed()));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('whether a page comes before or after the events it contains', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), fc.array(act, { maxLength: 30 }), (a, b) => {
        const { server, events, empty, listed } = record();
        for (const one of a) perform(server, one);
        const live = replay(empty, events);
        const seen = events.length;
        for (const one of b) perform(server, one);
        // The page is ahead: its events arrive after it.
        const page = server.page(50) as MessagePage;
        const caughtUp = replay(addPage(live, page), events.slice(seen));
        if (caughtUp.stale) return;
        expect(facts(caughtUp)).toEqual(facts(listed()));
      }),
      { numRuns: 500 },
    );
  });
});

describe('unread', () => {
  it('counts what others sent past the marker and is not deleted', () => {
    const { server, events, empty } = record();
    const first = server.send('bob', '1');
    server.send('bob', '2');
    expect(replay(empty, events).unreadCount).toBe(2);
    server.delete(first.id);
    expect(replay(empty, events).unreadCount).toBe(1);
    server.read('ana', 2);
    server.send('bob', '3');
    expect(replay(empty, events).unreadCount).toBe(1);
    server.send('ana', 'mine');
    expect(replay(empty, events)).toMatchObject({ unreadCount: 0, lastReadSeq: 4 });
  });

  it('asks for another look where the loaded messages cannot tell', () => {
    const { server, listed } = record();
    for (let index = 0; index < 80; index += 1) server.send('bob', String(index));
    const moved = { event: 'receipt.updated', conversationId: server.id } as const;
    const data = { userId: 'ana', lastReadSeq: 10, lastDeliveredSeq: 10 };
    expect(applyEvent(listed(), { ...moved, data })).toMatchObject({ stale: true });
    const later = { ...data, lastReadSeq: 60 };
    expect(applyEvent(listed(), { ...moved, data: later })).toMatchObject({
      stale: false,
      unreadCount: 20,
    });
  });
});

describe('markers that are known to be further', () => {
  const markersOf = (state: ReturnType<typeof applyEvent>, userId: string) =>
    state.members?.find((member) => member.userId === userId);

  it('stay when an older reading of the conversation arrives', () => {
    const { server, events, empty } = record();
    server.send('bob', '1');
    const conversation = server.viewOf('ana');
    server.read('bob', 1);
    const known = replay(empty, events);
    const event = { event: 'conversation.snapshot', conversationId: server.id } as const;
    const data = { conversation, messages: [...server.messages] };
    expect(markersOf(applyEvent(known, { ...event, data }), 'bob')).toMatchObject({
      lastReadSeq: 1,
      lastDeliveredSeq: 1,
    });
  });

  it('stay when the news of a member follows a list that contains it', () => {
    const { server, listed } = record();
    const state = listed();
    const bob = markersOf(state, 'bob');
    if (bob === undefined) throw new Error('bob is not a member');
    const moved = replay(state, [
      {
        event: 'receipt.updated',
        conversationId: server.id,
        data: { userId: 'bob', lastReadSeq: 4, lastDeliveredSeq: 5 },
      },
    ]);
    const added = (member: typeof bob) =>
      ({
        event: 'member.added',
        conversationId: server.id,
        pos: state.lastPos + 1,
        at: state.updatedAt,
        data: { member, addedBy: 'ana', memberCount: state.memberCount },
      }) as const;
    expect(markersOf(applyEvent(moved, added(bob)), 'bob')).toMatchObject({ lastReadSeq: 4 });
    const rejoined = { ...bob, joinedAt: '2030-01-01T00:00:00.000Z', lastReadSeq: 1 };
    expect(markersOf(applyEvent(moved, added(rejoined)), 'bob')).toMatchObject({ lastReadSeq: 1 });
  });
});

it('changes nothing past a gap', () => {
  const { server, events, empty } = record();
  server.send('bob', '1');
  server.send('bob', '2');
  expect(replay(empty, events.slice(1))).toBe(empty);
});

it('takes a snapshot in place of everything, unless it is older', () => {
  const { server, events, empty, listed } = record();
  server.send('bob', '1');
  const old = { conversation: server.viewOf('ana'), messages: [...server.messages] };
  server.send('bob', '2');
  const live = replay(empty, events);
  const event = { event: 'conversation.snapshot', conversationId: server.id } as const;
  expect(applyEvent(live, { ...event, data: old })).toBe(live);
  const now = { conversation: server.viewOf('ana'), messages: [...server.messages] };
  expect(facts(applyEvent(empty, { ...event, data: now }))).toEqual(facts(listed()));
});

it('keeps what is loaded when a replay tells again that the conversation appeared', () => {
  const { server, events, empty } = record();
  server.send('bob', '1');
  const known = replay(empty, events);
  server.send('bob', '2');
  const view = server.viewOf('ana');
  const appeared = { event: 'conversation.created', conversationId: server.id } as const;
  expect(applyEvent(known, { ...appeared, data: view })).toBe(known);

  const members = view.members?.map((member) => ({ ...member, joinedAt: view.updatedAt }));
  const rejoined = { ...view, ...(members === undefined ? {} : { members }) };
  expect(applyEvent(known, { ...appeared, data: rejoined })).toMatchObject({
    lastSeq: 2,
    timeline: { size: 0 },
  });
});
