import { expect, test } from 'vitest';
import { FakeClock, settled } from '../testing/fake-clock.ts';
import { FakeDevices, FakeStream, fakePlatform } from '../testing/fake-media.ts';
import { FakeNetwork, FakePeerConnection } from '../testing/fake-peer-connection.ts';
import { LocalMedia } from './local-media.ts';
import { Peer } from './peer.ts';
import type { Signal } from './signal-receiver.ts';

interface Side {
  readonly peer: Peer;
  readonly connection: FakePeerConnection;
  readonly local: LocalMedia;
  readonly devices: FakeDevices;
}

/** Two sides whose signals reach each other as long as `carries` says so. */
async function pair() {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const wire = { carries: (_: 'ana' | 'bob') => true, restarts: 0 };
  const make = async (name: 'ana' | 'bob', other: () => Side): Promise<Side> => {
    const devices = new FakeDevices();
    const local = new LocalMedia(fakePlatform(devices, network.peerConnection));
    await local.open({});
    const connection = new FakePeerConnection(network);
    const peer: Peer = new Peer({
      userId: name === 'ana' ? 'bob' : 'ana',
      legId: name === 'ana' ? 'bob-leg' : 'ana-leg',
      polite: name === 'bob',
      connection: connection as unknown as RTCPeerConnection,
      clock,
      local,
      mediaStream: FakeStream as unknown as typeof MediaStream,
      send: async (content) => {
        if (wire.carries(name)) other().peer.receive(content as unknown as Signal);
      },
      onGap: () => undefined,
      iceServers: async () => {
        wire.restarts += 1;
        return [{ urls: ['stun:fresh'] }];
      },
      onChange: () => undefined,
    });
    local.follow({ onTracks: () => peer.tracksChanged(), onEnded: () => undefined });
    return { peer, connection, local, devices };
  };
  const sides: Side[] = [];
  const at = (index: number): Side => {
    const side = sides[index];
    if (side === undefined) throw new Error('not made yet');
    return side;
  };
  sides.push(await make('ana', () => at(1)), await make('bob', () => at(0)));
  return { clock, network, wire, ana: at(0), bob: at(1) };
}

async function connected() {
  const scene = await pair();
  scene.bob.peer.start();
  scene.ana.peer.start();
  await scene.clock.advance(200);
  expect([scene.ana.peer.state, scene.bob.peer.state]).toEqual(['connected', 'connected']);
  return scene;
}

test('one offer and one answer, both ways, and no timer left', async () => {
  const { ana, bob, clock } = await connected();
  expect([ana.connection.offers, bob.connection.offers]).toEqual([1, 0]);
  for (const { connection, local } of [ana, bob]) {
    expect(connection.transceivers.map(({ direction }) => direction)).toEqual(
      Array(3).fill('sendrecv'),
    );
    const sent = connection.transceivers.map(({ sender }) => sender.track);
    expect(sent).toEqual([local.track('microphone'), local.track('camera'), null]);
    expect(connection.candidates.length).toBeGreaterThan(2);
  }
  expect(clock.timers).toBe(0);
});

test('tracks come and go without another offer', async () => {
  const { ana, bob, clock } = await connected();
  await ana.local.share();
  ana.local.release('camera');
  ana.local.prefer('camera', { deviceId: { exact: 'other' } });
  await ana.local.use('camera');
  await clock.advance(100);
  const labels = ana.connection.transceivers.map(({ sender }) => sender.track?.label);
  expect(labels).toEqual(['microphone', 'other', 'screen']);
  expect([ana.connection.offers, bob.connection.offers]).toEqual([1, 0]);
  ana.local.close();
  expect(ana.devices.live).toEqual([]);
});

test('both restart at once: the polite one yields, and they meet', async () => {
  const { ana, bob, network, clock } = await connected();
  network.cut();
  network.mend();
  ana.peer.networkChanged();
  bob.peer.networkChanged();
  await clock.advance(10_000);
  expect([ana.peer.state, bob.peer.state]).toEqual(['connected', 'connected']);
  expect([ana.connection.signalingState, bob.connection.signalingState]).toEqual([
    'stable',
    'stable',
  ]);
  expect(clock.timers).toBe(0);
});

test('a silence of the network is waited for, then ways are looked for with fresh servers', async () => {
  const { ana, network, wire, clock } = await connected();
  network.cut();
  await clock.advance(2_900);
  expect([ana.peer.state, wire.restarts]).toEqual(['reconnecting', 0]);
  await clock.advance(20_000);
  expect(wire.restarts).toBeGreaterThan(1);
  network.mend();
  await clock.advance(10_000);
  expect(ana.peer.state).toBe('connected');
  expect(ana.connection.configuration.iceServers).toEqual([{ urls: ['stun:fresh'] }]);
  expect(clock.timers).toBe(0);
});

test.each(['ana', 'bob'] as const)('what %s says first is lost: it is said again', async (name) => {
  const scene = await pair();
  scene.wire.carries = (from) => from !== name;
  scene.bob.peer.start();
  scene.ana.peer.start();
  await scene.clock.advance(1_000);
  expect(scene.ana.peer.state).toBe('connecting');
  scene.wire.carries = () => true;
  await scene.clock.advance(30_000);
  expect([scene.ana.peer.state, scene.bob.peer.state]).toEqual(['connected', 'connected']);
});

test('closed in the middle of a negotiation, nothing runs on', async () => {
  const { ana, bob, clock, network } = await pair();
  bob.peer.start();
  ana.peer.start();
  await Promise.resolve();
  ana.peer.close();
  bob.peer.close();
  await clock.advance(60_000);
  await settled();
  expect([network.open, clock.timers]).toEqual([[], 0]);
});
