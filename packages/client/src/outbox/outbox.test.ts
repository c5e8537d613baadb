import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../testing/fake-clock.ts';
import { refusal, texts } from '../testing/fake-server.ts';
import { setScene } from '../testing/scene.ts';
import { memoryStorage } from './memory-storage.ts';
import type { OutboxEntry, OutboxStorage } from './outbox-entry.ts';

function conversationOf(scene: ReturnType<typeof setScene>) {
  return scene.server.create('direct', ['ana', 'bob']);
}

describe('a message', () => {
  it('is shown at once, and never twice on its way into the conversation', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const { nova } = await scene.online('ana');
    const live = nova.conversations.get(conversation.id);
    const seen: string[] = [];
    live?.subscribe(() => {
      const { messages, outgoing } = live.getSnapshot();
      const ids = [...messages, ...outgoing].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(1);
      seen.push(outgoing[0]?.state ?? 'stored');
    });
    const sending = live?.send('hello');
    expect(live?.getSnapshot().outgoing).toMatchObject([{ text: 'hello', state: 'queued' }]);
    await sending;
    await settled();
    expect(seen[0]).toBe('queued');
    expect(seen).toContain('sending');
    expect(seen.at(-1)).toBe('stored');
    expect(nova.outbox.getSnapshot()).toEqual([]);
  });

  it('stays visible as sent until its event arrives', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const { nova } = await scene.online('ana');
    const live = nova.conversations.get(conversation.id);
    const late: (() => void)[] = [];
    const { server } = scene;
    server.lets = (event, userId) => {
      late.push(() => server.socketOf(userId).deliver(event));
      return false;
    };
    await live?.send('hello');
    expect(live?.getSnapshot()).toMatchObject({ messages: [], outgoing: [{ state: 'sent' }] });
    for (const deliver of late) deliver();
    await settled();
    expect(live?.getSnapshot()).toMatchObject({ messages: [{ text: 'hello' }], outgoing: [] });
  });

  it('goes out after a reload of the client, in order, before newer ones', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const storage = memoryStorage();
    const first = scene.client('ana', { storage, userId: 'ana' });
    scene.server.reachable = false;
    first.start();
    await settled();
    for (const text of ['1', '2', '3']) first.send(conversation.id, text).catch(() => {});
    await scene.clock.advance(5_000);
    first.close();
    expect(await storage.load()).toHaveLength(3);

    scene.server.reachable = true;
    const second = scene.client('ana', { storage });
    second.start();
    await second.send(conversation.id, '4');
    expect(texts(conversation.messages)).toEqual(['1', '2', '3', '4']);
    expect(await storage.load()).toEqual([]);
  });

  it('written before the client was started is shown, and durable when it says so', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const storage = memoryStorage();
    const nova = scene.client('ana', { storage });
    nova.send(conversation.id, 'early').catch(() => {});
    expect(nova.outbox.getSnapshot()).toMatchObject([{ text: 'early', state: 'queued' }]);
    expect(nova.outbox.entries(conversation.id)).toHaveLength(1);
    scene.server.reachable = false;
    nova.start();
    await nova.outbox.durable();
    nova.close();
    expect(await storage.load()).toMatchObject([{ text: 'early' }]);
  });

  it('is not sent before it is stored', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const release = Promise.withResolvers<void>();
    const storage: OutboxStorage = { ...memoryStorage(), put: () => release.promise };
    const { nova } = await scene.online('ana', { storage });
    const sending = nova.send(conversation.id, 'hello');
    await scene.clock.advance(1_000);
    expect(scene.server.count('message.send')).toBe(0);
    release.resolve();
    expect((await sending).seq).toBe(1);
  });

  it('fails where it cannot be stored', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const storage: OutboxStorage = {
      ...memoryStorage(),
      put: () => Promise.reject(new Error('disk full')),
    };
    const { nova } = await scene.online('ana', { storage });
    await expect(nova.send(conversation.id, 'hello')).rejects.toMatchObject({ code: 'storage' });
    expect(nova.outbox.getSnapshot()).toMatchObject([{ state: 'failed' }]);
  });

  it('refused for good does not hold the next ones up; it can be retried or discarded', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const { nova } = await scene.online('ana');
    scene.server.interfere = (type, input) =>
      type === 'message.send' && input.text === 'bad' ? refusal('messageTooLong') : undefined;
    const bad = nova.send(conversation.id, 'bad');
    const good = nova.send(conversation.id, 'good');
    await expect(bad).rejects.toMatchObject({ code: 'messageTooLong' });
    await good;
    const [failed] = nova.outbox.getSnapshot();
    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'messageTooLong' } });
    scene.server.interfere = () => undefined;
    nova.outbox.retry(failed?.id ?? '');
    await settled();
    expect(texts(conversation.messages)).toEqual(['good', 'bad']);
    expect(conversation.messages[1]?.id).toBe(failed?.id);

    scene.server.interfere = () => refusal('blocked');
    await nova.send(conversation.id, 'worse').catch(() => {});
    nova.outbox.discard(nova.outbox.getSnapshot()[0]?.id ?? '');
    expect(nova.outbox.getSnapshot()).toEqual([]);
  });

  it('waits as long as the service says when there were too many', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const { nova } = await scene.online('ana');
    let refuse = true;
    scene.server.interfere = (type) =>
      type === 'message.send' && refuse ? refusal('rateLimited', 3_000) : undefined;
    const sending = nova.send(conversation.id, 'hello');
    await settled();
    refuse = false;
    await scene.clock.advance(2_900);
    expect(scene.server.count('message.send')).toBe(1);
    await scene.clock.advance(200);
    expect((await sending).text).toBe('hello');
  });

  it('on which the service keeps failing makes way in the end', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const { nova } = await scene.online('ana');
    scene.server.interfere = (type, input) =>
      type === 'message.send' && input.text === 'poison' ? refusal('internal') : undefined;
    const outcome = nova.send(conversation.id, 'poison').catch((error: { code: string }) => error);
    const next = nova.send(conversation.id, 'next');
    await scene.clock.advance(200_000);
    expect(await outcome).toMatchObject({ code: 'internal' });
    expect((await next).seq).toBe(1);
  });

  it('of somebody else in the same store is left for them', async () => {
    const scene = setScene();
    const conversation = conversationOf(scene);
    const storage = memoryStorage();
    const entry: OutboxEntry = {
      id: crypto.randomUUID(),
      conversationId: conversation.id,
      senderId: 'bob',
      text: 'as bob',
      replyTo: null,
      order: 1,
      createdAt: '2026-01-01T00:00:00.000Z',
      failure: null,
    };
    await storage.put(entry);
    const { nova } = await scene.online('ana', { storage });
    await nova.send(conversation.id, 'as ana');
    expect(texts(conversation.messages)).toEqual(['as ana']);
    expect(await storage.load()).toEqual([entry]);
  });

  it('is refused when too many wait, or the client is closed', async () => {
    const scene = setScene();
    const nova = scene.client('ana', { outboxLimit: 1 });
    nova.send('c', '1').catch(() => {});
    await expect(nova.send('c', '2')).rejects.toMatchObject({ code: 'outboxFull' });
    nova.close();
    await expect(nova.send('c', '3')).rejects.toMatchObject({ code: 'closed' });
  });
});

type Trouble = 'none' | 'cutBefore' | 'cutAfter' | 'limited' | 'unavailable';
const trouble = fc.constantFrom<Trouble>(
  'none',
  'none',
  'cutBefore',
  'cutAfter',
  'limited',
  'unavailable',
);

it('whatever the network does, every message arrives once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { maxLength: 20 }), async (troubles) => {
      const scene = setScene();
      const { server, clock } = scene;
      const conversation = conversationOf(scene);
      const other = server.create('group', ['ana', 'cyd']);
      const { nova, events } = await scene.online('ana');
      const story = [...troubles];
      server.interfere = (type, input) => {
        if (type !== 'message.send') return undefined;
        const next = story.shift() ?? 'none';
        if (next === 'limited') return refusal('rateLimited', 300);
        if (next === 'unavailable') return refusal('unavailable');
        if (next === 'cutAfter')
          server.conversations.get(input.conversationId)?.send('ana', input.text, input.id);
        if (next === 'none') return undefined;
        server.socketOf('ana').end(1006);
        return 'silence';
      };
      const sent = Array.from({ length: 10 }, (_, index) => {
        const to = index % 3 === 0 ? other : conversation;
        return nova.send(to.id, String(index));
      });
      await clock.advance(15 * 60_000);
      await Promise.all(sent);
      expect(texts(conversation.messages)).toEqual(['1', '2', '4', '5', '7', '8']);
      expect(texts(other.messages)).toEqual(['0', '3', '6', '9']);
      for (const { id, lastPos } of [conversation, other]) {
        const seen = events.filter(({ conversationId }) => conversationId === id);
        expect(seen.map(({ pos }) => pos)).toEqual(
          Array.from({ length: lastPos }, (_, i) => i + 1),
        );
        expect(nova.conversations.get(id)?.getSnapshot().outgoing).toEqual([]);
      }
      nova.close();
    }),
    { numRuns: 30 },
  );
});
