import type { PresenceDetail } from '@nova/protocol';
import { limits } from '@nova/protocol/wire';
import { expect, test } from 'vitest';
import { settled } from '../testing/fake-clock.ts';
import { setScene } from '../testing/scene.ts';

/** What the service was last asked to tell of. */
function scene() {
  const set = setScene();
  const asked = () =>
    set.server.requests.filter(({ type }) => type === 'presence.subscribe').map((r) => r.input);
  const tell = async (userId: string, detail: PresenceDetail, ...users: object[]) => {
    set.server.socketOf(userId).deliver({ event: 'presence.changed', data: { detail, users } });
    await settled();
  };
  return { ...set, asked, tell };
}

test('those who are shown are followed together, until they are shown no more', async () => {
  const { clock, online, asked } = scene();
  await online('bob');
  const { nova } = await online('ana');
  const hideBob = nova.presence.watch(['bob', 'cleo']);
  const hideCleo = nova.presence.watch(['cleo']);
  await clock.advance(200);
  expect(asked()).toEqual([{ userIds: ['bob', 'cleo'] }]);
  expect(nova.presence.get('bob')?.state).toBe('online');
  expect(nova.presence.get('cleo')?.state).toBe('offline');
  hideBob();
  hideBob();
  await clock.advance(200);
  expect(asked().at(-1)).toEqual({ userIds: ['cleo'] });
  expect(nova.presence.get('bob')).toBeUndefined();
  hideCleo();
  await clock.advance(200);
  expect(asked().at(-1)).toEqual({ userIds: [] });
});

test('a change is told, of those who are watched', async () => {
  const { clock, online, tell } = scene();
  const { nova, events } = await online('ana');
  let changes = 0;
  nova.presence.subscribe(() => changes++);
  nova.presence.watch(['bob']);
  await clock.advance(200);
  changes = 0;
  await tell(
    'ana',
    'exact',
    { userId: 'bob', state: 'online' },
    { userId: 'eve', state: 'online' },
  );
  expect(nova.presence.getSnapshot()).toEqual({
    detail: 'exact',
    users: new Map([['bob', { userId: 'bob', state: 'online' }]]),
  });
  expect(changes).toBe(1);
  expect(events.map(({ event }) => event)).toEqual(['presence.changed']);
});

test('a new connection follows them again, and so does a return to exact', async () => {
  const { server, clock, online, asked, tell } = scene();
  const { nova } = await online('ana');
  nova.presence.watch(['bob']);
  await clock.advance(200);
  server.socketOf('ana').end(1006);
  await clock.advance(5_000);
  await nova.ready();
  await clock.advance(0);
  expect(asked()).toHaveLength(2);
  await tell('ana', 'recently');
  expect(nova.presence.getSnapshot().detail).toBe('recently');
  await tell('ana', 'exact');
  await clock.advance(5_000);
  expect(asked()).toHaveLength(3);
});

test('of more than may be followed the last ones are; a refusal is tried again', async () => {
  const { server, clock, online, asked } = scene();
  const { nova } = await online('ana');
  server.interfere = () => ({ code: 'rateLimited', message: 'later' });
  const many = Array.from({ length: limits.presenceUsers + 1 }, (_, index) => `u${index}`);
  nova.presence.watch(many);
  await clock.advance(200);
  server.interfere = () => undefined;
  await clock.advance(5_000);
  expect(asked()).toHaveLength(2);
  expect(asked().at(-1)?.userIds).toEqual(many.slice(1));
  expect(nova.presence.get('u1')?.state).toBe('offline');
});
