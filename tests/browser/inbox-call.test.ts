/** A call that is going on shows in the inbox, and is entered from there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import { Caller } from './caller.ts';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { arrive, shareBrowser } from './windows.ts';

let service: NewcomerService;

shareBrowser();
beforeAll(async () => {
  service = await startForNewcomer();
});
afterAll(() => service[Symbol.asyncDispose]());

test('who is not in the call of a group sees it in the inbox and joins it there', async () => {
  const [ivo, jo, kim] = (await Promise.all(
    ['Ivo', 'Jo', 'Kim'].map(async (name) => new Caller(await arrive(service.origin, name))),
  )) as [Caller, Caller, Caller];
  const line = ({ person }: Caller, words: string) =>
    person.inbox.getByRole('link', { name: new RegExp(words) });
  const joinOf = ({ person }: Caller) =>
    person.inbox.getByRole('button', { name: /^Join the call: / });

  await ivo.person.startChat('Jo', 'Kim');
  await ivo.call('Audio call');
  await kim.ringing('Ivo').waitFor();
  await line(kim, 'Calling you').waitFor();
  expect(await joinOf(kim).count()).toBe(0);
  await jo.answer('Ivo', 'Accept');
  await kim.answer('Ivo', 'Decline');
  await line(kim, 'Call in progress').waitFor();
  await joinOf(kim).waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await kim.person.page.emulateMedia({ colorScheme });
    expect(await seriousFindings(kim.person.page)).toEqual([]);
  }
  await ivo.press('Back to the chat');
  await line(ivo, 'You are in this call').waitFor();
  expect(await joinOf(ivo).count()).toBe(0);

  await joinOf(kim).click();
  await kim.reads(/^\d:\d\d$/);
  await kim.stage.getByText('Jo', { exact: true }).waitFor();
  await kim.press('Back to the chat');
  await kim.person.field.waitFor();
  await line(kim, 'You are in this call').waitFor();
  await kim.press('Hang up');
  await line(kim, 'Call in progress').waitFor();

  await jo.press('Hang up');
  await ivo.press('Hang up');
  await line(kim, 'Call in progress').waitFor({ state: 'detached' });
  await line(ivo, 'You are in this call').waitFor({ state: 'detached' });
  expect(await joinOf(kim).count()).toBe(0);
});

test('a page that is loaded while others talk shows their call', async () => {
  const [lea, max, nia] = (await Promise.all(
    ['Lea', 'Max', 'Nia'].map(async (name) => new Caller(await arrive(service.origin, name))),
  )) as [Caller, Caller, Caller];
  await lea.person.startChat('Max', 'Nia');
  await lea.call('Audio call');
  await max.answer('Lea', 'Accept');
  await nia.answer('Lea', 'Decline');
  await nia.person.page.reload();
  await nia.person.inbox.getByRole('link', { name: /Call in progress/ }).waitFor();
  await max.press('Hang up');
  await lea.press('Hang up');
  await nia.person.missesNow(nia.person.inbox.getByRole('link', { name: /Call in progress/ }));
});
