import { operations } from '@nova/protocol';
import { expect, it } from 'vitest';
import { NovaError } from '../errors.ts';
import { decoderOf } from './decode.ts';

/** A list that tells its length and lets nobody look inside. */
const untouchable = (length: number): unknown[] =>
  new Proxy(Array(length), {
    get(list, key) {
      if (key === 'length') return list.length;
      throw new Error(`looked at ${String(key)}`);
    },
  });

it('refuses a list past its bound by its length, without a look at its items', () => {
  const decode = decoderOf(operations['call.signal']);
  const id = crypto.randomUUID();
  const input = { callId: id, toLegId: id, candidates: untouchable(60_000) };
  try {
    decode(input);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(NovaError);
    expect((error as NovaError).toObject()).toMatchObject({
      code: 'invalidRequest',
      details: [{ field: 'candidates', expected: expect.stringContaining('64') }],
    });
  }
});

it('names what is missing, what is wrong and what nobody asked for', () => {
  const decode = decoderOf(operations['message.send']);
  const input = { conversationId: crypto.randomUUID(), id: 'no', txt: 'Hello' };
  expect(() => decode(input)).toThrow(
    'text: expected a string; txt: expected no such field; id: expected a UUID',
  );
});
