import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NewcomerService, startForNewcomer } from './newcomer.ts';
import { Person } from './person.ts';
import { connect } from './sample-talk.ts';
import { arrive, shareBrowser } from './windows.ts';

let service: NewcomerService;

shareBrowser();
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
  await second.open(/Nia.*Is this thing on/);
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
  await one.inbox.getByRole('button', { name: 'Pia your account' }).waitFor();
});

test('two tabs of one user show the same, and what is read in one is read in both', async () => {
  const [rosa, sven] = [await arrive(service.origin, 'Rosa'), await arrive(service.origin, 'Sven')];
  const tab = new Person('Rosa', await rosa.page.context().newPage());
  await tab.page.goto(service.origin);
  await tab.page.getByRole('button', { name: 'Rosa', exact: true }).click();
  await sven.startChat('Rosa');
  await sven.say('Which tab hears me?');
  const unread = (person: Person) => person.inbox.getByText('1 unread');
  await unread(rosa).waitFor();
  await unread(tab).waitFor();
  expect(await tab.page.title()).toBe('(1) Nova');
  await rosa.open(/Sven/);
  await rosa.missesNow(unread(tab));
  await tab.open(/Sven/);
  await tab.say('Both do');
  for (const person of [rosa, tab, sven]) {
    await person.sees('Both do');
    expect(await person.count('Both do')).toBe(1);
  }
});

test('messages are answered, changed, reacted to and deleted, and both sides see it', async () => {
  const [tia, uwe] = [await arrive(service.origin, 'Tia'), await arrive(service.origin, 'Uwe')];
  await tia.startChat('Uwe');
  await tia.say('Where do we met?');
  await uwe.open(/Tia/);
  await uwe.sees('Where do we met?');
  await tia.seesReceipt('Where do we met?', 'Read');

  await tia.choose('Where do we met?', 'Edit');
  await tia.page.getByRole('textbox', { name: 'Edit message' }).fill('Where do we meet?');
  await tia.page.keyboard.press('Enter');
  await uwe.sees(/Where do we meet\?, edited/);

  await uwe.choose('Where do we meet?', 'Reply');
  await uwe.say('By the fountain');
  await tia
    .message('By the fountain')
    .getByRole('button', { name: /In answer to You/ })
    .waitFor();

  await tia.choose('By the fountain', 'React with 🎉');
  const reaction = uwe.message('By the fountain').getByRole('button', { name: /🎉 1/ });
  await reaction.click();
  await tia.message('By the fountain').getByRole('button', { name: '🎉 2: you, Uwe' }).waitFor();

  await uwe.choose('By the fountain', 'Delete for everyone');
  await tia.sees('Message deleted');
  await tia.missesNow(tia.message('By the fountain'));
});

test('somebody types, and the other side sees it until the message is there', async () => {
  const [vera, wim] = [await arrive(service.origin, 'Vera'), await arrive(service.origin, 'Wim')];
  await vera.startChat('Wim');
  await vera.say('Hello');
  await wim.open(/Vera/);
  await wim.field.pressSequentially('Well');
  const typing = vera.page.locator('.conversation-state').getByText('typing…');
  await typing.waitFor();
  await wim.field.press('Enter');
  await vera.sees('Well');
  await vera.missesNow(typing);
});

test('who is online is seen, and who has left, too', async () => {
  const [zoe, abe] = [await arrive(service.origin, 'Zoe'), await arrive(service.origin, 'Abe')];
  await zoe.startChat('Abe');
  const header = zoe.page.locator('.conversation-header');
  await header.getByText('Online').waitFor();
  await abe.page.close();
  await header.getByText(/^Last seen at/).waitFor({ timeout: 30_000 });
});

test('a long history comes by scrolling, and what one reads stays in its place', async () => {
  const author = await connect(service.origin, 'Xena');
  const reader = await connect(service.origin, 'Yves');
  const { id } = await author.conversations.createDirect(reader.userId ?? '');
  reader.close();
  for (let line = 1; line <= 130; line += 1) await author.send(id, `Line ${line}.`);
  author.close();
  const yves = await arrive(service.origin, 'Yves');
  await yves.open(/Xena/);
  await yves.sees('Line 130.');
  while ((await yves.count(': Line 1.')) === 0) {
    const top = yves.feed.getByRole('article').first();
    const name = (await top.getAttribute('aria-label')) ?? '';
    await top.scrollIntoViewIfNeeded();
    await yves.feed
      .getByRole('article')
      .first()
      .and(yves.page.locator(`:not([aria-label="${name}"])`))
      .waitFor();
    // The page before was added above: what was in sight still is.
    const box = await yves.feed.getByRole('article', { name, exact: true }).boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect(box?.y).toBeLessThan(800);
  }
  expect(await yves.feed.getByRole('article').count()).toBe(130);
  const xena = await arrive(service.origin, 'Xena');
  await xena.open(/Yves/);
  await xena.say('And another one');
  await yves.page.getByRole('button', { name: '1 new' }).click();
  await yves.sees('And another one');
  await xena.seesReceipt('And another one', 'Read');
});
