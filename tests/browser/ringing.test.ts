import type { NovaEnv } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from './caller.ts';
import { acquaint, facing, startWithWebClient } from './known.ts';
import { enter, shareBrowser } from './windows.ts';

let env: NovaEnv;

shareBrowser();
beforeAll(async () => {
  env = await startWithWebClient();
});
afterAll(() => env[Symbol.asyncDispose]());

test('who calls somebody in another call hears so, and nothing rings', async () => {
  const [ana, bob, cleo] = [env.user('Ana'), env.user('Bob'), env.user('Cleo')];
  await acquaint(ana, bob);
  await acquaint(cleo, bob);
  const [a, b, c] = await Promise.all(
    [ana, bob, cleo].map(async (user) => new Caller(await enter(env.origin, user))),
  );
  if (a === undefined || b === undefined || c === undefined) throw new Error('nobody came');
  await a.person.open('Bob');
  await a.call('Audio call');
  await b.answer('Ana', 'Accept');
  await a.reads(/^\d:\d\d$/);
  await c.person.open('Bob');
  await c.person.page.getByRole('button', { name: 'Video call' }).click();
  await c.person.page.getByRole('alert').getByText('They are in another call.').waitFor();
  await c.person.message('Video call, no answer').waitFor();
  expect(await b.ringing('Cleo').count()).toBe(0);
  expect(await c.stage.count()).toBe(0);
  await b.press('Back to the chat');
  await b.person.open(/Cleo/);
  await b.person.message('Missed video call').waitFor();
  await b.press('Hang up');
  await a.reads('Call ended');
});

test('nobody answers: the ringing ends on both sides, and the call was missed', async () => {
  await using impatient = await startWithWebClient({ VIDEO_CALL_RING_SECONDS: '5' });
  const [ana, bob] = await facing(impatient, ['Ana', 'Bob']);
  await ana.call('Video call');
  await bob.ringing('Ana').waitFor();
  await ana.reads('No answer');
  await bob.ringing('Ana').waitFor({ state: 'detached' });
  await ana.person.message('Video call, no answer').waitFor();
  await bob.person.message('Missed video call').waitFor();
});

test('of three devices one answers and the others are silent; declining silences them all', async () => {
  const [ana, bob] = [env.user('Ana'), env.user('Bob')];
  await acquaint(ana, bob);
  const caller = new Caller(await enter(env.origin, ana));
  const devices = await Promise.all(
    [1, 2, 3].map(async () => new Caller(await enter(env.origin, bob))),
  );
  const [first, second, third] = devices as [Caller, Caller, Caller];
  const silent = (those: readonly Caller[]) =>
    Promise.all(those.map((one) => one.ringing('Ana').waitFor({ state: 'detached' })));
  await caller.person.open('Bob');
  await caller.call('Audio call');
  await Promise.all(devices.map((one) => one.ringing('Ana').waitFor()));
  await second.answer('Ana', 'Accept');
  await silent(devices);
  await caller.reads(/^\d:\d\d$/);
  for (const other of [first, third]) expect(await other.stage.count()).toBe(0);
  await caller.press('Hang up');
  await second.reads('Call ended');
  await caller.seesNoCall();

  await caller.call('Audio call');
  await Promise.all(devices.map((one) => one.ringing('Ana').waitFor()));
  await third.answer('Ana', 'Decline');
  await silent(devices);
  await caller.reads('Declined');
});

test('two who call each other at the same moment meet in one call', async () => {
  const [ana, bob] = await facing(env, ['Ana', 'Bob']);
  await Promise.all([ana.call('Video call'), bob.call('Video call')]);
  await Promise.all([ana.seesMoving('Bob'), bob.seesMoving('Ana')]);
  expect(await ana.ringing('Bob').count()).toBe(0);
  expect(await bob.ringing('Ana').count()).toBe(0);
  await ana.press('Hang up');
  await bob.reads('Call ended');
  for (const { person } of [ana, bob]) {
    await person.message(/^Video call, \d:\d\d/).waitFor();
    expect(await person.count(/video call/i)).toBe(1);
  }
});
