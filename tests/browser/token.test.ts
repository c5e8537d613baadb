import { type NovaEnv, startNova, until } from '@nova/dev-env';
import { afterAll, beforeAll, test } from 'vitest';
import { openWindow, shareBrowser } from './windows.ts';

let env: NovaEnv;

shareBrowser();
beforeAll(async () => {
  env = await startNova({ config: { WEB_CLIENT: 'on' } });
  await until('the page', async () => (await fetch(env.origin)).ok);
});
afterAll(() => env[Symbol.asyncDispose]());

test('where names are nobody, people sign in with a token and find each other by id', async () => {
  const [ana, bob] = [env.user('Ana'), env.user('Bob')];
  await bob.socket();
  const window = await openWindow(env.origin, 'Ana');
  const { page } = window;
  const enter = async (token: string): Promise<void> => {
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
  };
  await enter('no token at all');
  await page.getByRole('alert').getByText('This is no token').waitFor();
  await enter(env.sign({ subject: ana.userId, lifetimeSeconds: -60 }));
  await page.getByRole('alert').getByText(/token/i).waitFor();
  await enter(ana.token);
  await window.inbox.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('User ID').fill(bob.userId);
  await page.getByRole('button', { name: 'Start chatting' }).click();
  await page.getByRole('button', { name: 'Start chatting' }).waitFor({ state: 'detached' });
  await window.say('Found you');
  await window.seesReceipt('Found you', 'Sent');
  await window.inbox.getByRole('link', { name: /Bob/ }).waitFor();
});
