import { type NovaEnv, until } from '@nova/dev-env';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quantile } from '../nodes/scene.ts';
import type { Caller } from './caller.ts';
import { decodes, watchConnections } from './connections.ts';
import { facing, startWithWebClient } from './known.ts';
import { shareBrowser } from './windows.ts';

const calls = 5;
let env: NovaEnv;

shareBrowser();
beforeAll(async () => {
  env = await startWithWebClient();
});
afterAll(() => env[Symbol.asyncDispose]());

/** Milliseconds from the press on Accept to the first frame that somebody decoded. */
async function firstFrameMs(acceptedBy: Caller, seenBy: Caller): Promise<number> {
  const acceptedAtMs = await acceptedBy.person.page.evaluate(() => watched.acceptedAtMs);
  return until('the first frame', async () => {
    const firstFrameAtMs = await seenBy.person.page.evaluate(() => watched.firstFrameAtMs);
    return Math.max(0, firstFrameAtMs - acceptedAtMs);
  });
}

test('direct: both sides decode what they see, soon after the call is accepted', async () => {
  const [ana, bob] = await facing(env, ['Ana', 'Bob'], { prepare: watchConnections() });
  const waitedMs: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    await ana.call('Video call');
    await bob.answer('Ana', 'Accept');
    for (const { person } of [ana, bob]) {
      const [flow] = await decodes(person.page);
      expect(flow?.way).not.toBe('relay');
    }
    waitedMs.push(await firstFrameMs(bob, bob), await firstFrameMs(bob, ana));
    await ana.press('Hang up');
    await ana.seesNoCall();
    await bob.seesNoCall();
  }
  const p50 = quantile(waitedMs, 0.5);
  const sorted = waitedMs.toSorted((a, b) => a - b).join(', ');
  process.stdout.write(`accept to first decoded frame: p50 ${p50} ms of ${sorted}\n`);
});
