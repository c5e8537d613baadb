import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from './caller.ts';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { Person } from './person.ts';
import { arrive, shareBrowser } from './windows.ts';

let service: NewcomerService;

shareBrowser();
beforeAll(async () => {
  service = await startForNewcomer();
});
afterAll(() => service[Symbol.asyncDispose]());

const arriving = async (...names: readonly string[]): Promise<Caller[]> =>
  Promise.all(names.map(async (name) => new Caller(await arrive(service.origin, name))));

/** The first calls the second, who answers. */
async function inCall(one: Caller, other: Caller): Promise<void> {
  await one.person.startChat(other.person.name);
  await one.call('Video call');
  await other.answer(one.person.name, 'Accept');
  await one.seesMoving(other.person.name);
  await other.seesMoving(one.person.name);
}

test('a newcomer with two windows has a call within a minute', async () => {
  const startedAtMs = Date.now();
  const [ana, bob] = (await arriving('Ana', 'Bob')) as [Caller, Caller];
  await inCall(ana, bob);
  expect(Date.now() - startedAtMs).toBeLessThan(60_000);
  await ana.reads(/^0:0\d$/);

  await bob.press('Turn camera off');
  await bob.press('Mute');
  await ana.reads(', muted');
  await ana.stage.getByLabel('Picture of Bob').waitFor({ state: 'hidden' });
  await bob.press('Turn camera on');
  await ana.seesMoving('Bob');

  await ana.press('Back to the chat');
  await ana.person.say('Still there?');
  await bob.press('Back to the chat');
  await bob.person.sees('Still there?');

  await bob.press('Hang up');
  await ana.reads('Call ended');
  await ana.seesNoCall();
  await ana.person.message(/^Video call, 0:\d\d/).waitFor();
  await bob.person.message(/^Video call, 0:\d\d/).waitFor();
});

test('a call that is answered in one tab stops ringing in the other', async () => {
  const [cleo, dan] = (await arriving('Cleo', 'Dan')) as [Caller, Caller];
  const second = new Person('Dan', await dan.person.page.context().newPage());
  await second.page.goto(service.origin);
  await second.page.getByRole('button', { name: 'Dan', exact: true }).click();
  const tab = new Caller(second);
  await cleo.person.startChat('Dan');
  await second.open(/Cleo/);
  await cleo.call('Audio call');
  await dan.ringing('Cleo').waitFor();
  await tab.answer('Cleo', 'Accept');
  await dan.ringing('Cleo').waitFor({ state: 'detached' });
  await cleo.reads(/^0:0\d$/);
  expect(await dan.stage.count()).toBe(0);
  await cleo.press('Hang up');
  await tab.reads('Call ended');
});

test('a call that is declined or taken back leaves its entry and nothing that rings', async () => {
  const [eva, finn] = (await arriving('Eva', 'Finn')) as [Caller, Caller];
  await eva.person.startChat('Finn');
  await eva.call('Video call');
  await finn.answer('Eva', 'Decline');
  await eva.reads('Declined');
  await eva.seesNoCall();
  await eva.person.message('Video call declined').waitFor();
  await eva.call('Audio call');
  await finn.ringing('Eva').waitFor();
  await eva.press('Hang up');
  await finn.ringing('Eva').waitFor({ state: 'detached' });
  await finn.person.open(/Eva/);
  await finn.person.message('Missed audio call').waitFor();
});

test('a screen is shared and taken away again', async () => {
  const [gil, hana] = (await arriving('Gil', 'Hana')) as [Caller, Caller];
  await inCall(gil, hana);
  await gil.press('Share screen');
  const shared = hana.stage.getByLabel('Shared screen');
  await shared.waitFor();
  await gil.press('Stop sharing');
  await shared.waitFor({ state: 'detached' });
  await hana.seesMoving('Gil');
  await gil.press('Hang up');
  await hana.reads('Call ended');
});

test('three people talk, one joins late and one leaves, and the others go on', async () => {
  const [ivo, jo, kim] = (await arriving('Ivo', 'Jo', 'Kim')) as [Caller, Caller, Caller];
  await ivo.person.startChat('Jo', 'Kim');
  await ivo.call('Video call');
  await jo.answer('Ivo', 'Accept');
  await kim.ringing('Ivo').waitFor();
  await ivo.seesMoving('Jo');
  await kim.answer('Ivo', 'Without camera');
  await kim.seesMoving('Ivo');
  await kim.seesMoving('Jo');
  await jo.stage.getByText('Kim', { exact: true }).waitFor();
  await jo.press('Hang up');
  await kim.stage.getByText('Jo', { exact: true }).waitFor({ state: 'detached' });
  await kim.seesMoving('Ivo');
  await jo.seesNoCall();
  await jo.person.page.getByRole('button', { name: 'Join call' }).click();
  await kim.seesMoving('Jo');
  await jo.seesMoving('Ivo');
  await ivo.press('End for all');
  await kim.reads('The host ended the call');
  await jo.seesNoCall();
  expect(await jo.person.page.getByRole('button', { name: 'Join call' }).count()).toBe(0);
});

test('the service is killed in mid-call, and the call goes on', async () => {
  const [lea, max] = (await arriving('Lea', 'Max')) as [Caller, Caller];
  await inCall(lea, max);
  await service.kill();
  await lea.person.page.getByText('No connection.').waitFor();
  await max.seesMoving('Lea');
  await service.restart();
  await lea.person.banner.waitFor({ state: 'detached' });
  await max.person.banner.waitFor({ state: 'detached' });
  await lea.seesMoving('Max');
  await max.press('Turn camera off');
  await lea.stage.getByLabel('Picture of Max').waitFor({ state: 'hidden' });
  await lea.press('Hang up');
  await max.reads('Call ended');
});
