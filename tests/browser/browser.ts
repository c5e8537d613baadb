import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

/** Debian's Chromium: nothing is downloaded. */
const executablePath = '/usr/bin/chromium';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

let launched: Promise<Browser> | undefined;
const complaints: string[] = [];

afterAll(async () => {
  await (await launched)?.close();
  if (complaints.length > 0) throw new Error(`pages complained:\n${complaints.join('\n')}`);
});

/** One browser for a file; every window that is opened like this is somebody else's. */
export async function openWindow(options: BrowserContextOptions = {}): Promise<Page> {
  launched ??= chromium.launch({ executablePath, headless: true, args });
  const context = await (await launched).newContext({
    viewport: { width: 1_280, height: 800 },
    locale: 'en-GB',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  context.on('weberror', (error) => complaints.push(String(error.error().stack)));
  context.on('console', (message) => {
    // Requests that fail while a scene takes the network away are part of the scene.
    const expected = /Failed to load resource|WebSocket connection to/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  return context.newPage();
}
