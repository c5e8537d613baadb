/** Credentials of the service, tried on a real coturn with the configuration that is deployed. */
import { execFile } from 'node:child_process';
import { type NovaEnv, startCoturn, startNova, type TestUser } from '@nova/dev-env';
import { expect, test } from 'vitest';

const secret = 'the secret of the relays';
const older = 'the secret before that one';

interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** What coturn's own client says after allocating and sending through the relay. */
function allocate(port: number, server: IceServer, ...more: readonly string[]): Promise<string> {
  const { username = '', credential = '' } = server;
  const few = ['-n', '1', '-m', '1', '-l', '50', '-c'];
  const given = ['-u', username, '-w', credential, '-p', String(port), ...few, ...more];
  return new Promise((resolve) => {
    execFile('turnutils_uclient', [...given, '127.0.0.1'], { timeout: 20_000 }, (_, out, err) =>
      resolve(out + err),
    );
  });
}

const iceConfig = (port: number, secrets = secret) => ({
  STUN_URLS: `stun:127.0.0.1:${port}`,
  TURN_URLS: `turn:127.0.0.1:${port}?transport=udp,turn:127.0.0.1:${port}?transport=tcp`,
  TURN_SECRETS: secrets,
});

/** A call that rings, and the servers its caller is given. */
async function ringing(env: NovaEnv): Promise<{
  readonly ana: TestUser;
  readonly bob: TestUser;
  readonly callId: string;
  readonly iceServers: readonly IceServer[];
}> {
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const { id: callId } = await (await ana.socket()).request('call.start', {
    conversationId,
    kind: 'audio',
  });
  const { iceServers } = await ana.call('rtc.iceServers', { callId });
  return { ana, bob, callId, iceServers };
}

test('credentials allocate over UDP and TCP, and say nothing of whose they are', async () => {
  await using coturn = await startCoturn({ secrets: [secret] });
  await using env = await startNova({ config: iceConfig(coturn.port) });
  const { ana, callId, iceServers } = await ringing(env);
  const [stun, turn] = iceServers;
  expect(stun).toEqual({ urls: [`stun:127.0.0.1:${coturn.port}`] });
  if (turn === undefined) throw new Error('no TURN server');
  expect(await allocate(coturn.port, turn, '-y')).toContain('Total lost packets 0');
  expect(await allocate(coturn.port, turn, '-y', '-t')).toContain('Total lost packets 0');
  const [expiry = '', tag = ''] = turn.username?.split(':') ?? [];
  expect(tag).toMatch(/^[0-9a-f]{16}$/);
  for (const id of [ana.userId, callId]) expect(tag).not.toContain(id.slice(0, 8));
  const hoursLeft = (Number(expiry) - Date.now() / 1_000) / 3_600;
  expect(hoursLeft).toBeGreaterThan(11.9);
  expect(hoursLeft).toBeLessThan(12.1);
});

test('during a change of the secret one of the credentials fits old and new relays', async () => {
  await using present = await startCoturn({ secrets: [secret] });
  await using behind = await startCoturn({ secrets: [older] });
  await using both = await startCoturn({ secrets: [older, secret] });
  await using env = await startNova({ config: iceConfig(present.port, `${secret},${older}`) });
  const { iceServers } = await ringing(env);
  const [, fresh, old] = iceServers;
  if (fresh === undefined || old === undefined) throw new Error('no TURN server');
  const fits = async (port: number, server: IceServer) =>
    (await allocate(port, server, '-y')).includes('Total lost packets 0');
  expect([await fits(present.port, fresh), await fits(present.port, old)]).toEqual([true, false]);
  expect([await fits(behind.port, fresh), await fits(behind.port, old)]).toEqual([false, true]);
  expect([await fits(both.port, fresh), await fits(both.port, old)]).toEqual([true, true]);
});

test('the relay leads to no private network, not even with good credentials', async () => {
  await using coturn = await startCoturn({ secrets: [secret], loopbackPeers: false });
  await using env = await startNova({ config: iceConfig(coturn.port) });
  const { iceServers } = await ringing(env);
  const turn = iceServers[1] ?? { urls: [] };
  for (const peer of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '127.0.0.1']) {
    const said = await allocate(coturn.port, turn, '-e', peer, '-r', '9');
    expect([peer, said]).toEqual([peer, expect.stringContaining('403 (Forbidden IP)')]);
  }
});

test('credentials need a live call and a part in it', async () => {
  await using env = await startNova({ config: iceConfig(3478) });
  const { ana, bob, callId } = await ringing(env);
  const eve = env.user('eve');
  const refused = async (user: TestUser) =>
    (await user.http('rtc.iceServers', { callId })).body.code;
  expect(await refused(eve)).toBe('notFound');
  expect((await bob.call('rtc.iceServers', { callId })).iceServers).toHaveLength(2);
  await ana.sockets[0]?.request('call.cancel', { callId });
  expect(await refused(ana)).toBe('callOver');
  expect(await refused(bob)).toBe('callOver');
});

test('who asks for credentials too often waits', async () => {
  await using env = await startNova({ config: iceConfig(3478) });
  const { ana, callId } = await ringing(env);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => ana.http('rtc.iceServers', { callId })),
  );
  const limited = answers.filter(({ body }) => body.code === 'rateLimited');
  expect(limited.length).toBeGreaterThan(15);
  expect(limited[0]?.body.retryAfterMs).toBeGreaterThan(0);
});

test('without servers the list is empty, and no entry is', async () => {
  await using env = await startNova();
  const { iceServers } = await ringing(env);
  expect(iceServers).toEqual([]);
});
