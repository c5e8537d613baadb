import { randomUUID } from 'node:crypto';
import { openCluster, range, startNova, until } from '@nova/dev-env';
import { expect, test } from 'vitest';

for (const how of ['stop', 'kill'] as const) {
  test(`the database goes away (${how}) and returns: 503 meanwhile, nothing half written, recovery alone`, async () => {
    const cluster = await openCluster({ durable: true });
    try {
      const database = await cluster.createDatabase();
      await using env = await startNova({ database });
      const [ana, bob] = [env.user('ana'), env.user('bob')];
      const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
      const { id: conversationId } = await ana.direct(bob);
      const before = await ana.say(conversationId, 'before');

      const outcomes = new Map<string, number | string>();
      const send = (n: number): Promise<unknown> => {
        const id = randomUUID();
        return anas.request('message.send', { conversationId, id, text: `${n}` }).then(
          ({ seq }) => outcomes.set(id, seq),
          (error: { code: string }) => outcomes.set(id, error.code),
        );
      };
      const during = range(1, 50).map(send);
      await cluster[how]();
      await Promise.all(during);
      // A killed server's connections may carry on for as long as they have something to read.
      let n = 50;
      await until('the outage is noticed', async () => {
        await send(++n);
        return [...outcomes.values()].includes('unavailable');
      });
      for (const outcome of outcomes.values()) {
        if (typeof outcome === 'string') expect(outcome).toBe('unavailable');
      }
      const answer = await ana.http('message.list', { conversationId });
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(answer.body.retryAfterMs).toBeGreaterThan(0);
      expect(answer.headers.get('retry-after')).not.toBeNull();
      const { cursor, epoch } = await anas.ready;
      const messageId = before.id;
      for (const [name, input] of [
        ['conversation.create', { kind: 'group', memberIds: [] }],
        ['message.edit', { conversationId, messageId, text: 'x' }],
        ['receipt.read', { conversationId, seq: 1 }],
        ['conversation.list', {}],
        ['session.resume', { cursor, epoch }],
      ] as const) {
        expect([name, (await bobs.refusal(name, input)).code]).toEqual([name, 'unavailable']);
      }
      // The process lives: a probe must not restart it for what a restart does not mend.
      expect((await env.health()).status).toBe(200);

      await cluster.start();
      const after = await until('a send that is stored', () =>
        ana.say(conversationId, 'after').catch(() => undefined),
      );
      const { messages } = await ana.call('message.list', { conversationId, limit: 200 });
      expect(messages.map(({ seq }) => seq)).toEqual(range(1, messages.length));
      expect(messages.at(-1)?.id).toBe(after.id);
      const stored = new Map(messages.map(({ id, seq }) => [id, seq]));
      for (const [id, outcome] of outcomes) {
        if (typeof outcome === 'number') expect(stored.get(id)).toBe(outcome);
      }
      // The sockets stayed and hear everything that was stored, once it is.
      await bobs.expect('message.created', ({ data }) => data.id === after.id);
      await until('all that was stored reached bob', () => {
        const heard = new Set(bobs.all('message.created').map(({ data }) => data.id));
        return messages.every(({ id }) => heard.has(id));
      });
      expect(bobs.webSocket.readyState).toBe(bobs.webSocket.OPEN);
    } finally {
      await cluster.close();
    }
  });
}
