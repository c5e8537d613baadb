import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import { Caller } from './caller.ts';
import { phone } from './chromium.ts';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { fillInbox } from './sample-talk.ts';
import { arrive, openWindow, shareBrowser } from './windows.ts';

let service: NewcomerService;
let leave: () => void;

shareBrowser();
beforeAll(async () => {
  service = await startForNewcomer();
  leave = await fillInbox(service.origin);
});
afterAll(() => {
  leave();
  return service[Symbol.asyncDispose]();
});

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['on a phone', phone],
];

test.each(looks)('%s: axe finds nothing serious on any screen', async (_look, options) => {
  const ana = await openWindow(service.origin, 'Ana Ruiz', options);
  const found: string[] = [];
  const look = async (screen: string): Promise<void> => {
    for (const finding of await seriousFindings(ana.page)) found.push(`${screen}: ${finding}`);
  };
  await look('sign in');
  await ana.signIn();
  await ana.inbox.getByRole('link', { name: /Launch crew/ }).waitFor();
  await look('inbox');
  await ana.inbox.getByRole('button', { name: 'New conversation' }).click();
  await look('new conversation');
  await ana.page.keyboard.press('Escape');
  await ana.open(/Launch crew/);
  await ana.sees('Pictures are up');
  await look('conversation');
  await ana.menuOf('Pictures are up');
  await look('menu');
  await ana.page.keyboard.press('Escape');
  await ana.openDetails();
  await look('details');
  await ana.goOffline();
  await ana.say('Without a network');
  await look('offline');
  expect(found).toEqual([]);
});

test.each(looks)('%s: axe finds nothing serious in a call', async (look, options) => {
  const nora = new Caller(await arrive(service.origin, `Nora ${look}`, options));
  const olaf = new Caller(await arrive(service.origin, `Olaf ${look}`, options));
  await nora.person.startChat(olaf.person.name);
  await nora.call('Video call');
  await olaf.ringing(nora.person.name).waitFor();
  expect(await seriousFindings(olaf.person.page)).toEqual([]);
  await olaf.answer(nora.person.name, 'Without camera');
  await nora.reads(/^0:\d\d$/);
  expect(await seriousFindings(nora.person.page)).toEqual([]);
  await nora.press('Camera and sound');
  await nora.person.page.getByRole('menuitemradio', { checked: true }).first().waitFor();
  expect(await seriousFindings(nora.person.page)).toEqual([]);
  await nora.person.page.keyboard.press('Escape');
  await nora.press('Hang up');
  await nora.seesNoCall();
});

test('on a phone there is one pane at a time, and nothing is wider than the screen', async () => {
  const ana = await arrive(service.origin, 'Ana Ruiz', phone);
  const width = () => ana.page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(390);
  await ana.open(/Bob/);
  await ana.sees('See you there');
  expect(await ana.inbox.isVisible()).toBe(false);
  expect(await width()).toBe(390);
  await ana.message('See you there').tap();
  await ana.page.getByRole('menuitem', { name: 'Reply' }).tap();
  await ana.say('On my way');
  await ana
    .message('On my way')
    .getByRole('button', { name: /In answer to Bob/ })
    .waitFor();
  await ana.page.getByRole('link', { name: 'Back to the inbox' }).tap();
  await ana.inbox.getByText('You: On my way').waitFor();
  expect(await ana.field.isVisible()).toBe(false);
  await ana.page.goBack();
  await ana.sees('On my way');
});

test('a name of the greatest length is cut where it has no room', async () => {
  const long = 'Maximiliane Alexandra von Hohenstaufen-Württemberg zu Oberammergau'.slice(0, 64);
  const mara = await arrive(service.origin, long);
  await mara.startChat('Bob Miller');
  await mara.inbox.getByRole('button', { name: 'New conversation' }).click();
  await mara.page.getByRole('dialog').waitFor();
  await mara.page.keyboard.press('Escape');
  const box = await mara.inbox.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(351);
});

test('everything can be done with the keyboard', async () => {
  const ana = await arrive(service.origin, 'Ana Ruiz');
  const { keyboard } = ana.page;
  const focused = () =>
    ana.page.evaluate(() => {
      const { ariaLabel, textContent } = document.activeElement ?? {};
      return ariaLabel ?? textContent ?? '';
    });
  await ana.inbox.getByRole('link', { name: /Launch crew/ }).focus();
  await keyboard.press('ArrowDown');
  expect(await focused()).not.toContain('Launch crew');
  await keyboard.press('ArrowUp');
  expect(await focused()).toContain('Launch crew');
  await keyboard.press('Enter');
  await ana.sees('Pictures are up');
  await keyboard.press('Shift+Tab');
  await keyboard.press('ArrowUp');
  expect(await focused()).toContain('Pictures are up');
  await keyboard.press('Enter');
  await ana.page.getByRole('menu', { name: 'Message' }).waitFor();
  await keyboard.press('Escape');
  await ana.missesNow(ana.page.getByRole('menu', { name: 'Message' }));
  expect(await focused()).not.toBe('');
  await ana.field.focus();
  await keyboard.type('Typed by hand');
  await keyboard.press('Enter');
  await ana.seesReceipt('Typed by hand', 'Sent');
  await keyboard.press('ArrowUp');
  await ana.page.getByRole('textbox', { name: 'Edit message' }).waitFor();
  await keyboard.type(', twice');
  await keyboard.press('Enter');
  await ana.sees('Typed by hand, twice');
});
