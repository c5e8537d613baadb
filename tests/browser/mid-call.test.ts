/** What may happen to a page, its socket and its node while people talk. */

import {
  createTestDatabase,
  type NovaEnv,
  startNovaProcess,
  startRedis,
  until,
} from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from './caller.ts';
import { decodes, watchConnections } from './connections.ts';
import { openDoor } from './door.ts';
import { acquaint, facing, startWithWebClient } from './known.ts';
import { enter, shareBrowser } from './windows.ts';

const prepare = watchConnections();
let env: NovaEnv;

shareBrowser();
beforeAll(async () => {
  env = await startWithWebClient();
});
afterAll(() => env[Symbol.asyncDispose]());

async function talk(caller: Caller, callee: Caller): Promise<void> {
  await caller.call('Video call');
  await callee.answer(caller.person.name, 'Accept');
  await decodes(caller.person.page);
  await decodes(callee.person.page);
}

test('the socket is cut: pictures go on, and what was said meanwhile arrives afterwards', async () => {
  await using door = await openDoor([env.origin]);
  const [ana, bob] = [env.user('Ana'), env.user('Bob')];
  await acquaint(ana, bob);
  const a = new Caller(await enter(door.origin, ana, { prepare }));
  const b = new Caller(await enter(env.origin, bob, { prepare }));
  await a.person.open('Bob');
  await talk(a, b);
  door.shut();
  await a.person.page.getByText('No connection.').waitFor();
  await decodes(a.person.page);
  await decodes(b.person.page);
  await b.press('Mute');
  await b.reads(/^\d:\d\d$/);
  door.open();
  await a.person.banner.waitFor({ state: 'detached' });
  await a.reads(', muted');
  await a.press('Turn camera off');
  await b.stage.getByLabel('Picture of Ana').waitFor({ state: 'hidden' });
  await a.press('Hang up');
  await b.reads('Call ended');
});

test('a node is killed: its people go on at the other one in the same call', async () => {
  const database = await createTestDatabase();
  await using redis = await startRedis();
  const config = { REDIS_URL: redis.url, WEB_CLIENT: 'on' };
  await using one = await startNovaProcess({ database, config });
  await using two = await startNovaProcess({ database, config, keys: one.keys });
  await using door = await openDoor([one.origin, two.origin]);
  await until(
    'both serve, and Redis carries',
    async () => {
      const pages = await Promise.all(
        [one, two].map(async ({ origin }) => (await fetch(origin)).ok),
      );
      const reached = await Promise.all([one, two].map((node) => node.metric('bus_reachable')));
      return pages.every(Boolean) && reached.every((value) => value === 1);
    },
    60_000,
  );
  const [ana, bob] = [one.user('Ana'), two.user('Bob')];
  await acquaint(ana, bob);
  const a = new Caller(await enter(door.origin, ana, { prepare }));
  const b = new Caller(await enter(two.origin, bob, { prepare }));
  await a.person.open('Bob');
  await talk(a, b);
  one.signal('SIGKILL');
  await one.exited;
  await decodes(a.person.page);
  await until(
    'Ana is at the other node',
    async () => (await two.metric('websocket_connections_active')) === 2,
    30_000,
  );
  await b.press('Mute');
  await a.reads(', muted');
  await a.press('Turn camera off');
  await b.stage.getByLabel('Picture of Ana').waitFor({ state: 'hidden' });
  await decodes(a.person.page);
  await a.press('Hang up');
  await b.reads('Call ended');
});

test('a page is loaded again: it comes back into the call by itself, still muted', async () => {
  const [ana, bob] = await facing(env, ['Ana', 'Bob'], { prepare });
  await talk(ana, bob);
  await ana.press('Mute');
  await bob.reads(', muted');
  await ana.person.page.reload();
  await ana.stage.waitFor();
  await decodes(ana.person.page);
  await decodes(bob.person.page);
  await ana.stage.getByRole('button', { name: 'Unmute' }).waitFor();
  await bob.reads(', muted');
  await ana.press('Unmute');
  await bob.stage.getByText(', muted').waitFor({ state: 'detached' });
  expect(await bob.stage.getByLabel('Picture of Ana').count()).toBe(1);
  await bob.press('Hang up');
  await ana.reads('Call ended');
  await ana.seesNoCall();
  await ana.person.page.reload();
  await ana.person.message(/^Video call, /).waitFor();
  expect(await ana.stage.count()).toBe(0);
});

test('another camera is chosen in mid-call, and for the next call', async () => {
  const [ana, bob] = await facing(env, ['Ana', 'Bob'], { prepare });
  await talk(ana, bob);
  const menu = ana.person.page.getByRole('menu', { name: 'Camera and sound' });
  const cameras = menu.getByRole('group', { name: 'Camera' }).getByRole('menuitemradio');
  await ana.press('Camera and sound');
  const names = await cameras.allTextContents();
  expect(names.length).toBe(3);
  expect(await menu.getByRole('group', { name: 'Microphone' }).count()).toBe(1);
  await cameras.nth(2).click();
  await ana.press('Camera and sound');
  await cameras
    .nth(2)
    .and(menu.getByRole('menuitemradio', { checked: true }))
    .waitFor();
  await ana.person.page.keyboard.press('Escape');
  await decodes(bob.person.page);
  await ana.press('Turn camera off');
  await bob.stage.getByLabel('Picture of Ana').waitFor({ state: 'hidden' });
  await ana.press('Turn camera on');
  await bob.seesMoving('Ana');
  await ana.press('Hang up');
  await ana.seesNoCall();
  await bob.seesNoCall();
  await talk(bob, ana);
  await ana.press('Camera and sound');
  await cameras
    .nth(2)
    .and(menu.getByRole('menuitemradio', { checked: true }))
    .waitFor();
  await ana.person.page.keyboard.press('Escape');
  await bob.press('Hang up');
});
