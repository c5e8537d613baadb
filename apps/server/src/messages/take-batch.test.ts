import { describe, expect, it } from 'vitest';
import type { SendRequest } from './send-request.ts';
import { takeBatch } from './take-batch.ts';

/** `c1` and its number: `chat:id` or `chat:id>answered`. */
function send(words: string): SendRequest {
  const [conversationId = '', rest = ''] = words.split(':');
  const [id = '', replyTo] = rest.split('>');
  return { conversationId, id, replyTo, senderId: 'ana', text: '', settle: () => undefined };
}

function take(words: string, max = 100, underWay: readonly string[] = []): string {
  const queue = words.split(' ').map(send);
  const { batch, left } = takeBatch(queue, max, new Set(underWay));
  const names = (requests: readonly SendRequest[]) =>
    requests.map(({ conversationId, id }) => `${conversationId}:${id}`).join(' ');
  return `${names(batch)} | ${names(left)}`;
}

describe('the next batch', () => {
  it.each([
    ['everything', 'a:1 b:2 a:3', 'a:1 b:2 a:3 | '],
    ['ends before an id of its own', 'a:1 b:2 a:1 b:3', 'a:1 b:2 | a:1 b:3'],
    ['ends before an answer to a message of its own', 'a:1 a:2>1 b:3', 'a:1 | a:2 b:3'],
    ['takes an answer to a message stored before', 'a:1 a:2>0', 'a:1 a:2 | '],
  ])('%s', (_, queue, taken) => {
    expect(take(queue)).toBe(taken);
  });

  it('is no larger than its bound', () => {
    expect(take('a:1 b:2 a:3', 2)).toBe('a:1 b:2 | a:3');
  });

  it('leaves conversations of which a batch is under way, in their order', () => {
    expect(take('a:1 b:2 a:3 c:4 a:5', 2, ['a'])).toBe('b:2 c:4 | a:1 a:3 a:5');
    expect(take('a:1 b:2 b:2 a:3', 9, ['a'])).toBe('b:2 | a:1 b:2 a:3');
    expect(take('a:1 a:2', 9, ['a'])).toBe(' | a:1 a:2');
  });
});
