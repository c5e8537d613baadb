// Takes the pictures of the documents: `npm run screenshots`. Needs Chromium and, for the emoji,
// the package fonts-noto-color-emoji.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launchChromium, openContext, phone } from './chromium.ts';
import { startForNewcomer } from './newcomer.ts';
import { Person } from './person.ts';
import { fillInbox } from './sample-talk.ts';

const directory = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));

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

async function enter(
  browser: Browser,
  origin: string,
  options: Parameters<typeof openContext>[1],
): Promise<Person> {
  const context = await openContext(browser, options);
  const person = new Person('Ana Ruiz', await context.newPage());
  await person.page.goto(origin);
  await person.signIn();
  await person.page.evaluate(() => document.fonts.ready.then(() => undefined));
  return person;
}

await mkdir(directory, { recursive: true });
await using service = await startForNewcomer();
await fillInbox(service.origin);
const browser = await launchChromium();
try {
  await take(browser, service.origin);
} finally {
  await browser.close();
}
