// Takes the pictures of the documents: `npm run screenshots`. Needs Chromium and, for the emoji,
// the package fonts-noto-color-emoji.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { Caller } from './caller.ts';
import { launchChromium, openContext, phone } from './chromium.ts';
import { startForNewcomer } from './newcomer.ts';
import { Person } from './person.ts';
import { giveCamera } from './sample-camera.ts';
import { fillInbox } from './sample-talk.ts';

const directory = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));

const hues: Readonly<Record<string, number>> = {
  'Ana Ruiz': 20,
  'Bob Miller': 240,
  'Chidi Okafor': 160,
  'Dana Weiss': 300,
};

async function take(browser: Browser, origin: string): Promise<void> {
  const desktop = await enter(browser, origin, {});
  await desktop.open(/Launch crew/);
  await desktop.sees('Pictures are up');
  await desktop.page.mouse.move(640, 40);
  await desktop.page.screenshot({ path: `${directory}desktop.png` });
  const dark = await enter(browser, origin, { colorScheme: 'dark' });
  await dark.open(/Launch crew/);
  await dark.openDetails();
  await dark.page.mouse.move(640, 40);
  await dark.page.screenshot({ path: `${directory}dark.png` });
  const small = await enter(browser, origin, phone);
  await small.page.screenshot({ path: `${directory}phone-inbox.png` });
  await small.open(/Bob/);
  await small.sees('See you there');
  await small.page.screenshot({ path: `${directory}phone.png` });
}

/** Three people see each other, and a phone rings. */
async function takeCalls(browser: Browser, origin: string): Promise<void> {
  const ana = new Caller(await enter(browser, origin, {}));
  const others: Caller[] = [];
  for (const name of ['Bob Miller', 'Chidi Okafor', 'Dana Weiss']) {
    others.push(new Caller(await enter(browser, origin, {}, name)));
  }
  const emil = new Caller(await enter(browser, origin, phone, 'Emil Novak'));
  await ana.person.open(/Launch crew/);
  await ana.call('Video call');
  await emil.ringing('Ana Ruiz').waitFor();
  await emil.person.page.screenshot({ path: `${directory}phone-ringing.png` });
  for (const one of others) {
    await one.answer('Ana Ruiz', 'Accept');
    await ana.seesMoving(one.person.name);
  }
  await others[2]?.press('Mute');
  await ana.reads(', muted');
  // On a machine that is busy with five browsers the figures need a moment to become good ones.
  const poor = ana.stage.getByText('poor connection').first();
  await poor.waitFor({ state: 'detached', timeout: 90_000 });
  await ana.person.page.screenshot({ path: `${directory}call.png` });
  await ana.press('End for all');
}

async function enter(
  browser: Browser,
  origin: string,
  options: Parameters<typeof openContext>[1],
  name = 'Ana Ruiz',
): Promise<Person> {
  const context = await openContext(browser, options);
  await giveCamera(context, hues[name] ?? 0);
  const person = new Person(name, await context.newPage());
  await person.page.goto(origin);
  await person.signIn();
  await person.inbox.getByRole('link').first().waitFor();
  await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
  return person;
}

await mkdir(directory, { recursive: true });
await using service = await startForNewcomer();
const leave = await fillInbox(service.origin);
const browser = await launchChromium();
try {
  await take(browser, service.origin);
  await takeCalls(browser, service.origin);
} finally {
  leave();
  await browser.close();
}
