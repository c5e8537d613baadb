/** Camera and microphone are chosen before there is a call. */

import { type NovaEnv, until } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFindings } from './accessibility.ts';
import { Caller } from './caller.ts';
import { acquaint, startWithWebClient } from './known.ts';
import type { Person } from './person.ts';
import { enter, shareBrowser, type WindowOptions } from './windows.ts';

/** A camera begins slowly on a busy machine. */
const patienceMs = 30_000;
let env: NovaEnv;

shareBrowser();
beforeAll(async () => {
  env = await startWithWebClient();
});
afterAll(() => env[Symbol.asyncDispose]());

async function openSettings({ page, inbox }: Person) {
  await inbox.getByRole('button', { name: /your account/ }).click();
  await page.getByRole('menuitem', { name: 'Camera and sound' }).click();
  const dialog = page.getByRole('dialog', { name: 'Camera and sound' });
  await dialog.waitFor();
  return dialog;
}

test('a camera that was chosen before is the one that the next call uses', async () => {
  const [ana, bob] = [env.user('Ana'), env.user('Bob')];
  await acquaint(ana, bob);
  const [a, b] = [
    new Caller(await enter(env.origin, ana)),
    new Caller(await enter(env.origin, bob)),
  ];
  const dialog = await openSettings(a.person);
  const cameras = dialog.getByRole('combobox', { name: 'Camera' });
  const labels = await until(
    'three cameras',
    async () => {
      const offered = await cameras.locator('option').allTextContents();
      return offered.length === 3 ? offered : undefined;
    },
    patienceMs,
  );
  // Of Chromium's invented cameras the second measures depth, which no call can send.
  const third = labels[2] ?? '';
  const preview = dialog.getByLabel('Your picture');
  const shown = () =>
    preview.evaluate((video) => {
      const { srcObject, videoWidth } = video as HTMLVideoElement;
      return videoWidth > 0 && (srcObject as MediaStream | null)?.getVideoTracks()[0]?.label;
    });
  for (const label of labels) {
    await cameras.selectOption({ label });
    await until(`the picture of ${label}`, async () => (await shown()) === label, patienceMs);
  }
  await cameras.selectOption({ label: third });
  await until('the third picture', async () => (await shown()) === third, patienceMs);
  for (const colorScheme of ['light', 'dark'] as const) {
    await a.person.page.emulateMedia({ colorScheme });
    expect(await seriousFindings(a.person.page)).toEqual([]);
  }
  const stopped = await preview.evaluateHandle((video) => (video as HTMLVideoElement).srcObject);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await a.person.missesNow(dialog);
  const states = await stopped.evaluate((stream) =>
    (stream as MediaStream).getTracks().map(({ readyState }) => readyState),
  );
  expect(new Set(states)).toEqual(new Set(['ended']));

  await a.person.open('Bob');
  await a.call('Video call');
  await b.answer('Ana', 'Accept');
  await b.seesMoving('Ana');
  await a.press('Camera and sound');
  const chosen = a.person.page.getByRole('menuitemradio', { name: third, exact: true });
  await chosen.waitFor();
  expect(await chosen.getAttribute('aria-checked')).toBe('true');
  await a.person.page.keyboard.press('Escape');
  await a.press('Hang up');
});

/** A browser that answers every request for a camera, or for anything, with this error. */
const without = (what: 'camera' | 'anything', error: string): WindowOptions => ({
  prepare: async (context) => {
    await context.addInitScript(
      ([missing, name]) => {
        const { mediaDevices } = navigator;
        // An empty page, before the one that is meant, has none.
        if (mediaDevices === undefined) return;
        const ask = mediaDevices.getUserMedia.bind(mediaDevices);
        mediaDevices.getUserMedia = async (wanted = {}) => {
          if (missing === 'anything' || wanted.video) throw new DOMException('', name);
          return ask(wanted);
        };
      },
      [what, error] as const,
    );
  },
});

test('without a camera the microphone can still be chosen', async () => {
  const cleo = await enter(env.origin, env.user('Cleo'), without('camera', 'NotFoundError'));
  const dialog = await openSettings(cleo);
  await dialog.getByLabel('Microphone').waitFor();
  expect(await dialog.getByRole('alert').count()).toBe(0);
});

test('who refused is told where to allow it', async () => {
  const dan = await enter(env.origin, env.user('Dan'), without('anything', 'NotAllowedError'));
  const dialog = await openSettings(dan);
  await dialog
    .getByRole('alert')
    .getByText(/Allow it beside the address bar/)
    .waitFor();
});
