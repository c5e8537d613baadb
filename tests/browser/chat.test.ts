import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { arrive, Person } from './person.ts';

let service: NewcomerService;

beforeAll(async () => {
  service = await startForNewcomer();
});
afterAll(() => service[Symbol.asyncDispose]());

test('a newcomer with two windows has a chat within a minute', async () => {
  const startedAtMs = Date.now();
  const first = await arrive(service.origin, 'Nia');
  const second = await arrive(service.origin, 'Otto');
  await first.startChat('Otto');
  await first.say('Is this thing on?');
  await second.open(/Nia/);
  await second.sees('Is this thing on?');
  await second.say('Loud and clear');
  await first.sees('Loud and clear');
  await first.seesReceipt('Is this thing on?', 'Read');
  expect(Date.now() - startedAtMs).toBeLessThan(60_000);
});

test('two windows of one browser are two people, and a reload changes neither', async () => {
  const one = await arrive(service.origin, 'Pia');
  const other = new Person('Quinn', await one.page.context().newPage());
  await other.page.goto(service.origin);
  await other.signIn();
  await one.startChat('Quinn');
  await one.say('Same browser, different people');
  await other.open(/Pia/);
  await other.sees('Same browser, different people');
  await other.page.reload();
  await other.sees('Same browser, different people');
  await one.page.reload();
  await one.sees('Same browser, different people');
  await one.inbox.getByRole('button', { name: 'Pia: your account' }).waitFor();
});
