import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { Person } from './person.ts';
import { arrive, shareBrowser } from './windows.ts';

let service: NewcomerService;

shareBrowser();
beforeAll(async () => {
  service = await startForNewcomer();
});
afterAll(() => service[Symbol.asyncDispose]());

test('what is written offline waits in sight and arrives once', async () => {
  const [ana, bob] = [await arrive(service.origin, 'Ana'), await arrive(service.origin, 'Bob')];
  await ana.startChat('Bob');
  await ana.say('Going into the tunnel');
  await bob.open(/Ana/);
  await bob.sees('Going into the tunnel');
  await ana.goOffline();
  const written = ['one', 'two', 'three'].map((number) => `Written in the tunnel: ${number}`);
  for (const text of written) await ana.say(text);
  await ana.page.getByText('3 messages wait to be sent.').waitFor();
  await ana.message('three').getByTitle('Waiting to be sent').waitFor();
  await bob.say('Are you there?');
  await ana.goOnline();
  await ana.sees('Are you there?');
  for (const person of [ana, bob]) {
    for (const text of written) {
      await person.sees(text);
      expect(await person.count(text)).toBe(1);
    }
  }
  await ana.seesReceipt('three', 'Read');
});

test('a tab that is closed with a message in its queue sends it when it comes back', async () => {
  const [cleo, dan] = [await arrive(service.origin, 'Cleo'), await arrive(service.origin, 'Dan')];
  await cleo.startChat('Dan');
  await cleo.say('Hello');
  await dan.open(/Cleo/);
  await dan.sees('Hello');
  await cleo.goOffline();
  await cleo.say('Written just before closing');
  await cleo.message('Written just before closing').getByTitle('Waiting to be sent').waitFor();
  // In sight at once, on disk a moment later: what a person does takes longer than that.
  await cleo.page.waitForFunction(async () => {
    const [{ name = '' } = {}] = await indexedDB.databases();
    const open = indexedDB.open(name);
    await new Promise((resolve) => open.addEventListener('success', resolve));
    const all = open.result.transaction('outbox').objectStore('outbox').getAll();
    await new Promise((resolve) => all.addEventListener('success', resolve));
    open.result.close();
    return all.result.length === 1;
  });
  await cleo.page.close();
  const context = cleo.page.context();
  await context.setOffline(false);
  const again = new Person('Cleo', await context.newPage());
  await again.page.goto(service.origin);
  await again.page.getByRole('button', { name: 'Cleo', exact: true }).click();
  await dan.sees('Written just before closing');
  await again.open(/Dan/);
  await again.sees('Written just before closing');
  expect(await again.count('Written just before closing')).toBe(1);
  expect(await dan.count('Written just before closing')).toBe(1);
});

test('the service is killed and comes back, and nothing is missing', async () => {
  const [eva, finn] = [await arrive(service.origin, 'Eva'), await arrive(service.origin, 'Finn')];
  await eva.startChat('Finn');
  await eva.say('Before');
  await finn.open(/Eva/);
  await finn.sees('Before');
  await service.kill();
  await eva.page.getByText('No connection.').waitFor();
  await eva.say('While it was gone');
  await eva.message('While it was gone').getByTitle('Waiting to be sent').waitFor();
  await service.restart();
  await eva.page
    .getByRole('button', { name: 'Try now' })
    .click({ timeout: 2_000 })
    .catch(() => {});
  await finn.sees('While it was gone');
  await finn.say('And after');
  await eva.sees('And after');
  for (const person of [eva, finn]) {
    expect(await person.count('While it was gone')).toBe(1);
    await person.missesNow(person.banner);
  }
});
