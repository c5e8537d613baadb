/** Windows for the scenes of one file. */

import type { TestUser } from '@nova/dev-env';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, vi } from 'vitest';
import { launchChromium, openContext } from './chromium.ts';
import { Person } from './person.ts';

let launched: Promise<Browser> | undefined;
const opened: BrowserContext[] = [];
const complaints: string[] = [];

export interface WindowOptions extends BrowserContextOptions {
  /** Called before the page is loaded. */
  readonly prepare?: (context: BrowserContext) => Promise<void>;
}

/**
 * Called at the head of a file: its windows close with each scene, its browser with the file. Where
 * scenes run side by side, windows close with the browser.
 */
export function shareBrowser({ sideBySide = false } = {}): void {
  // Each window draws, encodes and decodes without a graphics card: that takes long on a busy machine.
  vi.setConfig({ testTimeout: 150_000 });
  const closeWindows = async (): Promise<void> => {
    for (const context of opened.splice(0)) await context.close();
  };
  if (!sideBySide) afterEach(closeWindows);
  afterAll(async () => {
    await closeWindows();
    await (await launched)?.close();
    launched = undefined;
    const said = complaints.splice(0);
    if (said.length > 0) throw new Error(`pages complained:\n${said.join('\n')}`);
  });
}

/** A window of somebody else's, at the sign-in of the client. */
export async function openWindow(
  origin: string,
  name: string,
  { prepare, ...options }: WindowOptions = {},
): Promise<Person> {
  launched ??= launchChromium();
  const context = await openContext(await launched, options);
  await prepare?.(context);
  opened.push(context);
  context.on('weberror', (error) => complaints.push(String(error.error().stack)));
  context.on('console', (message) => {
    // Requests that fail while a scene takes the network away are part of the scene.
    const expected = /Failed to load resource|WebSocket connection to/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  const person = new Person(name, await context.newPage());
  await person.page.goto(origin);
  return person;
}

/** A new window of somebody who signs in with a name. */
export async function arrive(
  origin: string,
  name: string,
  options: WindowOptions = {},
): Promise<Person> {
  const person = await openWindow(origin, name, options);
  await person.signIn();
  return person;
}

/** A new window of somebody the service knows by a token. */
export async function enter(
  origin: string,
  user: Pick<TestUser, 'name' | 'token'>,
  options: WindowOptions = {},
): Promise<Person> {
  const person = await openWindow(origin, user.name, options);
  await person.signInWith(user.token);
  return person;
}
