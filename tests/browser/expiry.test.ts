/** Tokens that end in mid-call. */

import { type NovaEnv, type TestUser, until } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from './caller.ts';
import { decodes, watchConnections } from './connections.ts';
import { acquaint, startWithWebClient } from './known.ts';
import { enter, openWindow, shareBrowser } from './windows.ts';

/** Long enough to begin a call on a busy machine. */
const lifetimeSeconds = 40;
const prepare = watchConnections();
let env: NovaEnv;

shareBrowser({ sideBySide: true });
beforeAll(async () => {
  env = await startWithWebClient();
});
afterAll(() => env[Symbol.asyncDispose]());

async function callBob(a: Caller, b: Caller): Promise<void> {
  await a.person.open('Bob');
  await a.call('Video call');
  await b.answer('Ana', 'Accept');
  await decodes(a.person.page);
  await decodes(b.person.page);
}

async function people(): Promise<readonly [TestUser, TestUser, Caller]> {
  const [ana, bob] = [env.user('Ana'), env.user('Bob')];
  await acquaint(ana, bob);
  return [ana, bob, new Caller(await enter(env.origin, bob, { prepare }))];
}

// Both wait for most of their time.
test.concurrent('a token ends in mid-call and is renewed on the same socket: nobody notices', async () => {
  const [ana, , b] = await people();
  const { promise: renewing, resolve: renew } = Promise.withResolvers<void>();
  const expiries: number[] = [];
  const person = await openWindow(env.origin, 'Ana', {
    prepare: async (context) => {
      await prepare(context);
      // The page as it is in development: it asks for a token by name whenever it needs one.
      await context.addInitScript(() => {
        document.addEventListener('readystatechange', () => {
          const signIn = document.querySelector<HTMLMetaElement>('meta[name="nova-sign-in"]');
          if (signIn !== null) signIn.content = 'name';
        });
      });
      await context.route('**/dev/token', async (route) => {
        const first = expiries.length < 2;
        if (!first) await renewing;
        const seconds = first ? lifetimeSeconds : 3_600;
        expiries.push(Date.now() + seconds * 1_000);
        const token = env.sign({ subject: ana.userId, name: 'Ana', lifetimeSeconds: seconds });
        await route.fulfill({ json: { token, userId: ana.userId } });
      });
    },
  });
  const sockets: string[] = [];
  person.page.on('websocket', (socket) => sockets.push(socket.url()));
  await person.signIn();
  const a = new Caller(person);
  await callBob(a, b);
  renew();
  await until('the first token is over', () => Date.now() > (expiries[1] ?? 0) + 1_000, 60_000);
  await a.press('Mute');
  await b.reads(', muted');
  await decodes(a.person.page);
  await decodes(b.person.page);
  // It asks again where the answer takes long.
  expect(expiries.length).toBeGreaterThanOrEqual(3);
  expect(sockets.length).toBe(1);
  await b.press('Hang up');
  await a.reads('Call ended');
});

test.concurrent('a token ends in mid-call and cannot be renewed: both sides are told', async () => {
  const [ana, , b] = await people();
  const token = env.sign({ subject: ana.userId, name: 'Ana', lifetimeSeconds });
  const a = new Caller(await enter(env.origin, { name: 'Ana', token }, { prepare }));
  await callBob(a, b);
  await a.person.page.getByLabel('Token').waitFor({ timeout: 60_000 });
  expect(await a.person.page.getByRole('alert').textContent()).toMatch(/token/i);
  expect(await a.stage.count()).toBe(0);
  const released = await a.person.page.evaluate(() =>
    watched.connections.every(({ connectionState }) => connectionState === 'closed'),
  );
  expect(released).toBe(true);
  await b.reads('Reconnecting…');
  await b.stage.getByText('The connection was lost').waitFor({ timeout: 60_000 });
  await b.seesNoCall();
});
