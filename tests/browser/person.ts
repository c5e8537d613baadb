import type { Locator, Page } from 'playwright-core';

/** Somebody at a window of the web client, who does what people do and sees what they see. */
export class Person {
  readonly name: string;
  readonly page: Page;

  constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  get inbox(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' });
  }

  get details(): Locator {
    return this.page.getByRole('complementary', { name: 'Details' });
  }

  async openDetails(): Promise<void> {
    await this.page.getByRole('link', { name: / details$/ }).click();
    await this.details.waitFor();
  }

  get feed(): Locator {
    return this.page.getByRole('feed');
  }

  /** Messages in sight, by what a screen reader says of them: sender, time and text. */
  message(words: string | RegExp): Locator {
    return this.feed.getByRole('article', { name: words });
  }

  async signIn(): Promise<void> {
    await this.page.getByLabel('Your name').fill(this.name);
    await this.page.getByRole('button', { name: 'Continue', exact: true }).click();
    await this.inbox.waitFor();
  }

  async signInWith(token: string): Promise<void> {
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Continue', exact: true }).click();
    await this.inbox.waitFor();
  }

  async startChat(...names: readonly string[]): Promise<void> {
    await this.inbox.getByRole('button', { name: 'New conversation' }).click();
    const dialog = this.page.getByRole('dialog');
    const name = dialog.getByLabel('Name', { exact: true });
    for (const [index, one] of names.entries()) {
      if (index > 0) {
        await name.press(',');
        await dialog
          .getByRole('list', { name: 'Chosen' })
          .getByText(names[index - 1] ?? '')
          .waitFor();
      }
      await name.fill(one);
    }
    await dialog.getByRole('button', { name: /Start chatting|Create group/ }).click();
    await this.field.waitFor();
  }

  /** Opens a conversation from the inbox. */
  async open(title: string | RegExp): Promise<void> {
    await this.inbox.getByRole('link', { name: title }).click();
    await this.field.waitFor();
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.message(text).first().waitFor();
  }

  /** How often a message is in sight: what was sent once must be there once. */
  count(words: string | RegExp): Promise<number> {
    return this.message(words).count();
  }

  async seesReceipt(text: string, receipt: 'Sent' | 'Delivered' | 'Read'): Promise<void> {
    await this.message(text).getByTitle(receipt, { exact: true }).waitFor();
  }

  /** Opens what can be done with a message, with the keyboard. */
  async menuOf(text: string): Promise<Locator> {
    await this.message(text).press('Enter');
    return this.page.getByRole('menu', { name: 'Message' });
  }

  async choose(text: string, item: string): Promise<void> {
    await (await this.menuOf(text)).getByRole('menuitem', { name: item }).click();
  }

  /** Waits until something is no longer in sight. */
  async missesNow(locator: Locator): Promise<void> {
    await locator.waitFor({ state: 'detached' });
  }

  get banner(): Locator {
    return this.page.getByRole('status').filter({ hasText: /You are offline|No connection/ });
  }

  async goOffline(): Promise<void> {
    await this.page.context().setOffline(true);
    await this.banner.waitFor();
  }

  async goOnline(): Promise<void> {
    await this.page.context().setOffline(false);
    await this.missesNow(this.banner);
  }
}
