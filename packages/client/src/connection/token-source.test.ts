import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Tokens } from './token-source.ts';

const jwt = (exp: number): string => `h.${btoa(JSON.stringify({ exp }))}.s`;

it('asks once for a token that lasts, and again when it is about to end or a fresh one is due', async () => {
  const clock = new FakeClock();
  let asked = 0;
  const tokens = new Tokens(async () => {
    asked += 1;
    return jwt(clock.now() / 1000 + 600);
  }, clock);
  const first = await tokens.get(false);
  expect(await tokens.get(false)).toBe(first);
  expect(asked).toBe(1);
  await tokens.get(true);
  expect(asked).toBe(2);
  await clock.advance(580_000);
  await tokens.get(false);
  expect(asked).toBe(3);
});

it('asks every time for what does not tell its end', async () => {
  let asked = 0;
  const tokens = new Tokens(async () => `opaque ${++asked}`, new FakeClock());
  expect([await tokens.get(false), await tokens.get(false)]).toEqual(['opaque 1', 'opaque 2']);
});

it('a fixed token is what it is', async () => {
  const tokens = new Tokens('fixed', new FakeClock());
  expect([tokens.renewable, await tokens.get(true)]).toEqual([false, 'fixed']);
});
