/** Pictures that go through a real coturn alone, with credentials of the service. */

import { startCoturn } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { decodes, watchConnections } from './connections.ts';
import { facing, startWithWebClient } from './known.ts';
import { shareBrowser } from './windows.ts';

const secret = 'the secret of the relays';
const prepare = watchConnections('relay');
const relaysBy = (port: number, protocol: string) => ({
  TURN_URLS: `turn:127.0.0.1:${port}?transport=${protocol}`,
  TURN_SECRETS: secret,
});

shareBrowser();

test.each(['udp', 'tcp'])('relay only over %s: both decode what they see', async (protocol) => {
  await using coturn = await startCoturn({ secrets: [secret] });
  await using env = await startWithWebClient(relaysBy(coturn.port, protocol));
  const [ana, bob] = await facing(env, ['Ana', 'Bob'], { prepare });
  await ana.call('Video call');
  await bob.answer('Ana', 'Accept');
  for (const { person } of [ana, bob]) {
    const [flow] = await decodes(person.page);
    expect(flow).toMatchObject({ way: 'relay', relayProtocol: protocol });
  }
  await ana.press('Hang up');
  await bob.reads('Call ended');
});

test('the relay is restarted in mid-call, and so is ICE: the picture comes back', async () => {
  await using coturn = await startCoturn({ secrets: [secret] });
  await using env = await startWithWebClient(relaysBy(coturn.port, 'udp'));
  const [ana, bob] = await facing(env, ['Ana', 'Bob'], { prepare });
  await ana.call('Video call');
  await bob.answer('Ana', 'Accept');
  const [before] = await decodes(ana.person.page);
  await decodes(bob.person.page);
  await coturn.restart();
  await ana.reads('Reconnecting…');
  await ana.reads(/^\d:\d\d$/);
  for (const { person } of [ana, bob]) {
    const [flow] = await decodes(person.page);
    expect(flow?.way).toBe('relay');
    expect(flow?.usernameFragment).not.toBe(before?.usernameFragment);
  }
  await bob.press('Hang up');
  await ana.reads('Call ended');
});
