/** The SDK’s calls against a real node; only media and the connections between browsers are faked. */
import { type Calls, createCalls, createNovaClient, type NovaClient } from '@nova/client';
import { type NovaEnv, startNova, type TestUser, until } from '@nova/dev-env';
import { afterEach, expect, test } from 'vitest';
import { FakeDevices, FakeStream } from '../../packages/client/src/testing/fake-media.ts';
import { FakeNetwork } from '../../packages/client/src/testing/fake-peer-connection.ts';

interface Device extends Disposable {
  readonly nova: NovaClient;
  readonly calls: Calls;
  readonly devices: FakeDevices;
}

const opened: Device[] = [];
afterEach(() => {
  for (const device of opened.splice(0)) device[Symbol.dispose]();
});

async function device(env: NovaEnv, user: TestUser, network: FakeNetwork): Promise<Device> {
  const nova = createNovaClient({ url: env.origin, token: user.token, userId: user.userId });
  const devices = new FakeDevices();
  const calls = createCalls(nova, {
    peerConnection: network.peerConnection as never,
    mediaDevices: devices as never,
    mediaStream: FakeStream as never,
    qualityIntervalMs: 50,
  });
  const made: Device = {
    nova,
    calls,
    devices,
    [Symbol.dispose]() {
      calls.close();
      nova.close();
    },
  };
  opened.push(made);
  nova.start();
  await nova.ready();
  return made;
}

const ringing = ({ calls }: Device) => until('it rings', () => calls.getSnapshot().incoming[0]);
const quiet = ({ calls }: Device) =>
  until('nothing rings', () => calls.getSnapshot().incoming.length === 0);
const phase = ({ calls }: Device) => calls.getSnapshot().current?.getSnapshot().phase;
const active = (one: Device) => until('the call is active', () => phase(one) === 'active');

test('calls, answers, switches, shares and hangs up; nothing stays open', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const network = new FakeNetwork();
  const [a, b] = [await device(env, ana, network), await device(env, bob, network)];

  const call = await a.calls.start(conversationId);
  expect(call.getSnapshot().phase).toBe('ringing');
  const answered = await (await ringing(b)).accept();
  await Promise.all([active(a), active(b)]);
  expect(network.open.map(({ transceivers }) => transceivers.map((one) => one.kind))).toEqual([
    ['audio', 'video', 'video'],
    ['audio', 'video', 'video'],
  ]);
  expect(network.open.reduce((sum, { offers }) => sum + offers, 0)).toBe(1);
  const { state } = await until('the service knows', async () => {
    const now = await ana.call('call.get', { callId: call.id });
    return now.state === 'active' ? now : undefined;
  });
  expect(state).toBe('active');

  await call.setMicrophone(false);
  await until('bob sees that ana is muted', () => {
    return answered.getSnapshot().peers[0]?.media.microphone === false;
  });
  await call.useCamera('the other camera');
  const sent = () =>
    network.open.flatMap((one) => one.transceivers.map(({ sender }) => sender.track?.label));
  expect(sent()).toContain('the other camera');
  await call.setCamera(false);
  await call.useCamera('a third camera');
  expect(sent()).not.toContain('a third camera');
  await call.setCamera(true);
  expect(sent()).toContain('a third camera');
  await call.shareScreen();
  await until('bob sees the screen', () => answered.getSnapshot().peers[0]?.screen);
  expect(network.open.reduce((sum, { offers }) => sum + offers, 0)).toBe(1);
  await until('figures', () => call.getSnapshot().peers[0]?.quality?.framesDecoded === 1);

  await call.hangUp();
  expect(await call.ended).toBe('hungUp');
  expect(await answered.ended).toBe('hungUp');
  expect(network.open).toEqual([]);
  expect([...a.devices.live, ...b.devices.live]).toEqual([]);
});

test('of three devices one answers and the others stop; declining stops them all', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const network = new FakeNetwork();
  const a = await device(env, ana, network);
  const bobs = await Promise.all([1, 2, 3].map(() => device(env, bob, network)));
  const call = await a.calls.start(conversationId, { kind: 'audio' });
  const rings = await Promise.all(bobs.map(ringing));
  await rings[1]?.accept();
  expect(await rings[0]?.over).toBe('answeredElsewhere');
  expect(await rings[2]?.over).toBe('answeredElsewhere');
  expect(await rings[1]?.over).toBe('accepted');
  await active(a);
  await call.hangUp();

  const again = await a.calls.start(conversationId);
  const second = await Promise.all(bobs.map(ringing));
  await second[0]?.decline();
  expect(await again.ended).toBe('declined');
  expect(await Promise.all(second.map((ring) => ring.over))).toEqual(Array(3).fill('declined'));
  await Promise.all(bobs.map(quiet));
});

test('who calls back at the same moment meets the other in one call', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const network = new FakeNetwork();
  const [a, b] = [await device(env, ana, network), await device(env, bob, network)];
  const [one, other] = await Promise.all([a, b].map(({ calls }) => calls.start(conversationId)));
  expect(one?.id).toBe(other?.id);
  await Promise.all([active(a), active(b)]);
  await Promise.all([quiet(a), quiet(b)]);
});

test('a call goes on over a lost socket, and signals missed meanwhile are fetched', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const network = new FakeNetwork();
  const [a, b] = [await device(env, ana, network), await device(env, bob, network)];
  await a.calls.start(conversationId);
  await (await ringing(b)).accept();
  await Promise.all([active(a), active(b)]);
  b.nova.connection.reconnect();
  network.cut();
  await until(
    'both look for a way',
    () => phase(a) === 'reconnecting' && phase(b) === 'reconnecting',
  );
  network.mend();
  await Promise.all([active(a), active(b)]);
  const call = await ana.call('call.list', {});
  expect(call.calls[0]?.participants.map(({ legs }) => legs[0]?.epoch)).toEqual([1, 1]);
}, 30_000);

test('a group is a mesh; who leaves is seen to leave', async () => {
  await using env = await startNova();
  const people = ['ana', 'bob', 'eva', 'kim'].map((name) => env.user(name));
  const [ana] = people;
  if (ana === undefined) throw new Error('nobody');
  const { id: conversationId } = await ana.group(people.slice(1));
  const network = new FakeNetwork();
  const all = await Promise.all(people.map((user) => device(env, user, network)));
  const [a, ...others] = all;
  if (a === undefined) throw new Error('nobody');
  await a.calls.start(conversationId);
  for (const other of others) await (await ringing(other)).accept();
  const peers = (one: Device) => one.calls.getSnapshot().current?.getSnapshot().peers ?? [];
  const connected = (one: Device) =>
    peers(one).filter(({ connection }) => connection === 'connected');
  await until('everybody sees everybody', () => all.every((one) => connected(one).length === 3));
  expect(network.open).toHaveLength(12);
  await others[0]?.calls.getSnapshot().current?.hangUp();
  await until('three are left', () =>
    [a, ...others.slice(1)].every((one) => peers(one).length === 2),
  );
  for (const other of others.slice(1)) await other.calls.getSnapshot().current?.hangUp();
  await until('ana is alone', () => peers(a).length === 0);
  expect(phase(a)).toBe('active');
  await a.calls.getSnapshot().current?.endForAll();
  await until('nothing is open', () => network.open.length === 0);
  expect(all.flatMap(({ devices }) => devices.live)).toEqual([]);
});

test('who may not use the microphone rings nobody', async () => {
  await using env = await startNova();
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const { id: conversationId } = await ana.direct(bob);
  const a = await device(env, ana, new FakeNetwork());
  a.devices.refused = true;
  await expect(a.calls.start(conversationId)).rejects.toMatchObject({ code: 'mediaDenied' });
  expect((await bob.call('call.list', {})).calls).toEqual([]);
});
