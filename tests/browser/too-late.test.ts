/** What the service would refuse is not offered. */

import type { NovaEnv } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquaint, startWithWebClient } from './known.ts';
import type { Person } from './person.ts';
import { enter, shareBrowser } from './windows.ts';

let env: NovaEnv;

shareBrowser();
beforeAll(async () => {
  env = await startWithWebClient({ MESSAGE_EDIT_WINDOW_HOURS: '1' });
});
afterAll(() => env[Symbol.asyncDispose]());

/** Everything that the menu of a message offers below its reactions. */
async function offered(person: Person, text: string): Promise<readonly string[]> {
  const menu = await person.menuOf(text);
  await menu.waitFor();
  const labels = await menu.locator('.menu-item').allTextContents();
  await person.page.keyboard.press('Escape');
  await person.missesNow(menu);
  return labels;
}

/** As if all messages had been sent so much earlier. */
async function later(person: Person, hours: number): Promise<void> {
  await env.database.query(
    `update messages set created_at = created_at - interval '${hours} hours'`,
  );
  await person.page.reload();
  await person.field.waitFor();
}

test('a message can be edited, then only deleted, then neither', async () => {
  const [ana, bob] = [env.user('Ana'), env.user('Bob')];
  const conversationId = await acquaint(ana, bob);
  await bob.say(conversationId, 'Nice');
  const a = await enter(env.origin, ana);
  await a.open('Bob');
  await a.say('Typo');
  await a.seesReceipt('Typo', 'Sent');
  const always = ['Reply', 'Copy text'];
  expect(await offered(a, 'Typo')).toEqual([...always, 'Edit', 'Delete for everyone']);
  expect(await offered(a, 'Nice')).toEqual(always);
  await later(a, 2);
  expect(await offered(a, 'Typo')).toEqual([...always, 'Delete for everyone']);
  // The way to the last message by keyboard ends with its window, too.
  await a.field.press('ArrowUp');
  expect(await a.page.getByRole('textbox', { name: 'Edit message' }).count()).toBe(0);
  await later(a, 23);
  expect(await offered(a, 'Typo')).toEqual(always);
});
