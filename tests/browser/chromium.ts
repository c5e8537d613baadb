import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
} from 'playwright-core';

/** Debian's Chromium without its windows, for half the CPU: nothing is downloaded. */
const executablePath = '/usr/bin/chromium-headless-shell';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Several cameras to choose from; a few frames a second show a moving picture on a busy machine, too.
  '--use-fake-device-for-media-stream=device-count=3,fps=10',
  '--use-fake-ui-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  // Both ends of a call are on this machine, whatever its network is.
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath, headless: true, args });

/** Windows that share one storage: a browser of somebody's own. */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 800 },
    locale: 'en-GB',
    ...options,
  });
  context.setDefaultTimeout(30_000);
  return context;
}

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
