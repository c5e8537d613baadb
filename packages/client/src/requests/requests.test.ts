import { describe, expect, it } from 'vitest';
import { settled } from '../testing/fake-clock.ts';
import { refusal } from '../testing/fake-server.ts';
import { setScene } from '../testing/scene.ts';

const conversationId = '0190a000-0000-7000-8000-000000000000';

describe('a request', () => {
  it('rejects with the error of the contract', async () => {
    const { online } = setScene();
    const { nova } = await online('ana');
    await expect(nova.request('conversation.get', { conversationId })).rejects.toMatchObject({
      name: 'NovaClientError',
      code: 'notFound',
      retryable: false,
    });
  });

  it('carries the hint of a refusal that may pass', async () => {
    const { server, online } = setScene();
    const { nova } = await online('ana');
    server.interfere = () => refusal('rateLimited', 250);
    await expect(nova.request('conversation.list', {})).rejects.toMatchObject({
      code: 'rateLimited',
      retryable: true,
      retryAfterMs: 250,
    });
  });

  it('is given up in time, without a reply and without a connection', async () => {
    const { server, clock, online, client } = setScene();
    const { nova } = await online('ana');
    server.interfere = () => 'silence';
    const unanswered = nova.request('conversation.list', {}, { timeoutMs: 3_000 });
    const unsent = client('bob').request('conversation.list', {}, { timeoutMs: 3_000 });
    const outcomes = Promise.allSettled([unanswered, unsent]);
    await clock.advance(4_000);
    expect(await outcomes).toMatchObject([
      { reason: { code: 'timeout', message: 'conversation.list was given up without a reply' } },
      { reason: { message: 'conversation.list was given up without a connection' } },
    ]);
  });

  it('is sent again when its socket died, with the same key', async () => {
    const { server, clock, online } = setScene();
    const { nova } = await online('ana');
    server.interfere = () => 'silence';
    const creating = nova.conversations.createDirect('bob');
    await settled();
    server.interfere = () => undefined;
    server.socketOf('ana').end(1006);
    await clock.advance(1_000);
    const live = await creating;
    expect(live.state.members?.map(({ userId }) => userId)).toEqual(['ana', 'bob']);
    const [first, second] = server.requests.filter(({ type }) => type === 'conversation.create');
    expect(first?.input).toHaveProperty('idempotencyKey');
    expect(second?.input).toEqual(first?.input);
  });
});
