import { describe, expect, it } from 'vitest';
import { settled } from '../testing/fake-clock.ts';
import { refusal, texts } from '../testing/fake-server.ts';
import { setScene } from '../testing/scene.ts';
import { snapshotOf } from './snapshot-of.ts';

describe('events out of order', () => {
  it('are held until the one before them arrives', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    const { nova, events } = await online('ana');
    const held: object[] = [];
    server.lets = (event) => {
      if (event.pos === 1) held.push(event);
      return event.pos !== 1;
    };
    conversation.send('bob', '1');
    conversation.send('bob', '2');
    await clock.advance(100);
    expect(events).toEqual([]);
    for (const event of held) server.socketOf('ana').deliver(event);
    await clock.advance(1_000);
    expect(events.map(({ pos }) => pos)).toEqual([1, 2]);
    expect(texts(nova.conversations.get(conversation.id)?.getSnapshot().messages ?? [])).toEqual([
      '1',
      '2',
    ]);
    expect(server.count('conversation.get')).toBe(0);
  });

  it('that never come are read from the service', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('group', ['ana', 'bob']);
    const { nova, events } = await online('ana');
    server.lets = (event) => event.pos !== 2 && event.pos !== 3;
    const first = conversation.send('bob', '1');
    conversation.edit(first.id, 'one');
    conversation.react(first.id, 'bob', '👍', true);
    conversation.send('bob', '2');
    await clock.advance(1_000);
    const live = nova.conversations.get(conversation.id);
    expect(live?.getSnapshot().messages).toMatchObject([
      { text: 'one', reactions: [{ emoji: '👍', count: 1 }] },
      { text: '2' },
    ]);
    expect(live?.state).toMatchObject({ lastPos: 4, unreadCount: 2 });
    expect(events.map(({ event }) => event)).toEqual(['message.created', 'conversation.snapshot']);
    expect(server.count('conversation.get')).toBe(1);
  });

  it('are not lost where a marker overtakes the news of its conversation', async () => {
    const { server, clock, online } = setScene();
    const { nova } = await online('ana');
    const held: object[] = [];
    server.lets = (event) => {
      if (event.event === 'conversation.created') held.push(event);
      return event.event !== 'conversation.created';
    };
    const conversation = server.create('direct', ['ana', 'bob']);
    const before = structuredClone(held);
    conversation.read('bob', 1);
    for (const event of before) server.socketOf('ana').deliver(event);
    await clock.advance(10);
    expect(nova.conversations.get(conversation.id)?.state.members).toContainEqual(
      expect.objectContaining({ userId: 'bob', lastReadSeq: 1 }),
    );
  });

  it('are asked for again when reading failed', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    const { nova } = await online('ana');
    server.lets = (event) => event.pos !== 1;
    let failures = 2;
    server.interfere = (type) => {
      if (type !== 'conversation.get' || failures === 0) return undefined;
      failures -= 1;
      return refusal('unavailable');
    };
    conversation.send('bob', '1');
    conversation.send('bob', '2');
    await clock.advance(5_000);
    expect(nova.conversations.get(conversation.id)?.state.lastPos).toBe(2);
  });
});

describe('conversations', () => {
  it('appear when made elsewhere, with what was said before the news of them', async () => {
    const { server, clock, online } = setScene();
    const { nova, events } = await online('ana');
    const held: object[] = [];
    server.lets = (event) => {
      if (event.event === 'conversation.created') held.push(event);
      return event.event !== 'conversation.created';
    };
    const conversation = server.create('direct', ['bob', 'ana']);
    conversation.send('bob', 'hello');
    await settled();
    expect(nova.conversations.getSnapshot()).toEqual([]);
    server.socketOf('ana').deliver(held[0] ?? {});
    await clock.advance(1_000);
    expect(nova.conversations.getSnapshot()).toMatchObject([{ unreadCount: 1 }]);
    expect(events.map(({ event }) => event)).toEqual(['conversation.created', 'message.created']);
    expect(server.count('conversation.get')).toBe(0);
  });

  it('are read when their news got lost', async () => {
    const { server, clock, online } = setScene();
    const { nova } = await online('ana');
    server.lets = (event) => event.event !== 'conversation.created';
    const conversation = server.create('direct', ['bob', 'ana']);
    conversation.send('bob', 'hello');
    await clock.advance(1_000);
    expect(texts(nova.conversations.get(conversation.id)?.getSnapshot().messages ?? [])).toEqual([
      'hello',
    ]);
  });

  it('go when the user is removed, and come back when added again', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('group', ['ana', 'bob']);
    const { nova, events } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    conversation.remove('ana');
    await settled();
    expect(nova.conversations.getSnapshot()).toEqual([]);
    expect(live?.getSnapshot().removed).toBe(true);
    expect(events.map(({ event }) => event)).toEqual(['member.removed']);
    server.socketOf('ana').end(1006);
    await clock.advance(1_000);
    expect(events.filter(({ event }) => event === 'member.removed')).toHaveLength(1);
  });

  it('stand in the order of their last change', async () => {
    const { server, online } = setScene();
    const a = server.create('group', ['ana', 'bob']);
    const b = server.create('group', ['ana', 'bob']);
    const { nova } = await online('ana');
    const order = () => nova.conversations.getSnapshot().map(({ id }) => id);
    expect(order()).toEqual([b.id, a.id]);
    const before = nova.conversations.getSnapshot();
    expect(nova.conversations.getSnapshot()).toBe(before);
    a.send('bob', 'hi');
    await settled();
    expect(order()).toEqual([a.id, b.id]);
  });
});

describe('the history', () => {
  it('is loaded page by page while new messages arrive', async () => {
    const { server, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    for (let index = 1; index <= 120; index += 1) conversation.send('bob', String(index));
    const { nova } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    conversation.send('bob', '121');
    await live?.open();
    expect(live?.getSnapshot()).toMatchObject({ hasOlder: true });
    conversation.send('bob', '122');
    while (await live?.loadOlder());
    const { messages, hasOlder } = live?.getSnapshot() ?? { messages: [] };
    expect(texts(messages)).toEqual(Array.from({ length: 122 }, (_, i) => String(i + 1)));
    expect(hasOlder).toBe(false);
  });

  it('contains what changed while a page was on its way', async () => {
    const { server, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    const first = conversation.send('bob', 'old');
    const { nova } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    const opening = live?.open();
    await Promise.resolve();
    // The page is read, then the edit happens, and its event overtakes the page.
    const page = conversation.page(50);
    server.interfere = (type) => (type === 'message.list' ? 'silence' : undefined);
    await settled();
    conversation.edit(first.id, 'new');
    await settled();
    const request = server.count('message.list');
    expect(request).toBe(1);
    server.socketOf('ana').deliver({ reply: 2, data: page });
    await opening;
    expect(texts(live?.getSnapshot().messages ?? [])).toEqual(['new']);
  });

  it('is forgotten but for the newest when nobody has it open', async () => {
    const { server, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    for (let index = 1; index <= 300; index += 1) conversation.send('bob', String(index));
    const { nova } = await online('ana', { keepMessages: 100 });
    const live = nova.conversations.get(conversation.id);
    const close = await live?.open();
    while (await live?.loadOlder());
    expect(live?.getSnapshot().messages).toHaveLength(300);
    close?.();
    expect(live?.state.timeline.size).toBeLessThan(164);
    expect(live?.getSnapshot().hasOlder).toBe(true);
  });
});

describe('one’s own changes', () => {
  it('edit and delete take effect with the reply, reactions with their event', async () => {
    const { server, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    const { nova } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    const sent = await live?.send('hello');
    await settled();
    await live?.edit(sent?.id ?? '', 'hello!');
    expect(texts(live?.getSnapshot().messages ?? [])).toEqual(['hello!']);
    await live?.react(sent?.id ?? '', '🎉');
    await settled();
    expect(live?.getSnapshot().messages[0]?.reactions).toMatchObject([{ emoji: '🎉', count: 1 }]);
    await live?.delete(sent?.id ?? '');
    expect(live?.getSnapshot().messages[0]).not.toHaveProperty('text');
    await settled();
    const again = await online('ana');
    const fresh = again.nova.conversations.get(conversation.id);
    await fresh?.open();
    if (live === undefined || fresh === undefined) throw new Error('not listed');
    expect(snapshotOf(live.state)).toEqual(snapshotOf(fresh.state));
  });

  it('read markers show at once and are told until heard, the newest only', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    for (const text of ['1', '2', '3']) conversation.send('bob', text);
    const { nova } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    server.interfere = (type) => (type === 'receipt.read' ? refusal('unavailable') : undefined);
    live?.markRead(1);
    live?.markRead(2);
    live?.markRead();
    expect(live?.getSnapshot()).toMatchObject({ unreadCount: 0, lastReadSeq: 3 });
    await settled();
    server.interfere = () => undefined;
    await clock.advance(10_000);
    expect(conversation.viewOf('ana').lastReadSeq).toBe(3);
    const reads = server.requests.filter(({ type }) => type === 'receipt.read');
    expect(reads.map(({ input }) => input.seq)).toEqual([1, 3]);
    const told = server.count('receipt.read');
    await clock.advance(60_000);
    expect(server.count('receipt.read')).toBe(told);
  });

  it('what reached the device is told once a second', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    await online('ana', { reportDelivered: true });
    for (let index = 0; index < 50; index += 1) conversation.send('bob', String(index));
    await clock.advance(3_000);
    expect(server.count('receipt.delivered')).toBe(1);
    const [ana] = conversation.viewOf('bob').members ?? [];
    expect(ana).toMatchObject({ userId: 'ana', lastDeliveredSeq: 50, lastReadSeq: 0 });
  });
});

describe('typing', () => {
  it('is forgotten after six seconds, or when a message comes', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('group', ['ana', 'bob', 'cyd']);
    const { nova } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    conversation.typing('bob');
    await clock.advance(3_000);
    conversation.typing('cyd');
    await clock.advance(1);
    expect(live?.getSnapshot().typing).toEqual(['bob', 'cyd']);
    await clock.advance(3_000);
    expect(live?.getSnapshot().typing).toEqual(['cyd']);
    conversation.send('cyd', 'hi');
    await settled();
    expect(live?.getSnapshot().typing).toEqual([]);
    expect(clock.timers).toBeLessThan(4);
  });

  it('is told every four seconds, however fast one types', async () => {
    const { server, clock, online } = setScene();
    const conversation = server.create('direct', ['ana', 'bob']);
    const { nova } = await online('ana');
    const live = nova.conversations.get(conversation.id);
    for (let key = 0; key < 90; key += 1) {
      live?.typing();
      await clock.advance(100);
    }
    expect(server.count('typing.start')).toBe(3);
    live?.stopTyping();
    live?.stopTyping();
    await settled();
    expect(server.count('typing.stop')).toBe(1);
  });
});
