import { afterAll, beforeAll, test } from 'vitest';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { arrive, shareBrowser } from './windows.ts';

let service: NewcomerService;

shareBrowser();
beforeAll(async () => {
  service = await startForNewcomer();
});
afterAll(() => service[Symbol.asyncDispose]());

test('a group is made, named, grown and left', async () => {
  const gil = await arrive(service.origin, 'Gil');
  const hana = await arrive(service.origin, 'Hana');
  const ivo = await arrive(service.origin, 'Ivo');
  await gil.startChat('Hana', 'Ivo');
  await gil.say('Shall we start a band?');
  await hana.open(/Gil, Ivo|Ivo, Gil/);
  await hana.sees('Gil, ');
  await hana.say('I play the triangle');
  await ivo.open(/Gil|Hana/);
  await ivo.sees('I play the triangle');
  await gil.seesReceipt('Shall we start a band?', 'Read');

  await gil.openDetails();
  await gil.details.getByLabel('Group name').fill('The Triangles');
  await gil.details.getByRole('button', { name: 'Save' }).click();
  await ivo.inbox.getByRole('link', { name: /The Triangles/ }).waitFor();

  await gil.details.getByRole('button', { name: 'Actions for Hana' }).click();
  await gil.page.getByRole('menuitem', { name: 'Make admin' }).click();
  await gil.details.getByText('admin', { exact: true }).waitFor();

  const jo = await arrive(service.origin, 'Jo');
  await hana.openDetails();
  await hana.details.getByRole('button', { name: 'Add people' }).click();
  await hana.page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Jo');
  await hana.page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await jo.open(/The Triangles/);
  await jo.say('I brought drums');
  await gil.sees('I brought drums');
  await gil.details.getByText('4 members').waitFor();

  await gil.details.getByRole('button', { name: 'Actions for Ivo' }).click();
  await gil.page.getByRole('menuitem', { name: 'Remove from group' }).click();
  await ivo.page.getByText('You are no longer a member of this conversation.').waitFor();
  await jo.openDetails();
  await jo.details.getByRole('button', { name: 'Leave group' }).click();
  await jo.page.getByRole('heading', { name: 'Say hello to somebody' }).waitFor();
  await gil.details.getByText('2 members').waitFor();
});

test('who was invited and has not come yet has a name for everybody', async () => {
  const kim = await arrive(service.origin, 'Kim');
  const lou = await arrive(service.origin, 'Lou');
  await kim.startChat('Lou', 'Zoe');
  await lou.inbox.getByRole('link', { name: /Kim, Zoe|Zoe, Kim/ }).waitFor();
});
