import { expect, it } from 'vitest';
import { encodeCursor } from '#log/cursor.js';
import type { Replayed } from '#sync/replay.js';
import { Replaying } from './replaying.ts';
import type { Session } from './session.ts';

const epoch = '0192f3a2-11d8-4b3c-8e44-6a90c2e7b002';
const none: Replayed = { replayed: 0, snapshots: 0, read: 0 };

/** A session whose replays end when the scene says so. */
function setScene() {
  const reader = { behind: false };
  const heard: string[] = [];
  const replays: { readonly from: bigint; readonly end: (done?: Replayed) => void }[] = [];
  const session = {
    userId: 'ana',
    get behind() {
      return reader.behind;
    },
    control: (event: string) => heard.push(event),
    release: (bytes: Buffer) => heard.push(String(bytes)),
    replay: () => undefined,
    close: (reason: string) => heard.push(`closed: ${reason}`),
  };
  const position = { horizon: 50n, epoch };
  const replaying = new Replaying(session as unknown as Session, {
    position,
    replay: (_, from) =>
      new Promise((resolve) => {
        replays.push({ from, end: (done = none) => resolve(done) });
      }),
    onReplayed: () => undefined,
    onError: (error) => heard.push(String(error)),
  });
  return { replaying, replays, heard, reader, position };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('resumes after catching up where the reader fell behind before it was asked', async () => {
  const { replaying, replays, heard } = setScene();
  replaying.fellBehind();
  replaying.catchUp();
  const resumed = replaying.resume(encodeCursor(7n), epoch);
  await turn();
  expect(replays.map(({ from }) => from)).toEqual([50n]);
  replays[0]?.end();
  await turn();
  expect(replays.map(({ from }) => from)).toEqual([50n, 7n]);
  replaying.hold(Buffer.from('live'), 1);
  replays[1]?.end({ replayed: 3, snapshots: 0, read: 3 });
  expect(await resumed).toEqual({ replayed: 3, snapshots: 0 });
  expect(heard).toEqual(['session.resumed', 'live']);
});

it('refuses a second resume while one is under way', async () => {
  const { replaying, replays } = setScene();
  const first = replaying.resume(encodeCursor(7n), epoch);
  await expect(replaying.resume(encodeCursor(7n), epoch)).rejects.toThrow('under way');
  replays[0]?.end();
  await first;
  const again = replaying.resume(encodeCursor(8n), epoch);
  replays[1]?.end();
  expect(await again).toEqual({ replayed: 0, snapshots: 0 });
});

it('catches up after a resume during which the reader drained', async () => {
  const { replaying, replays, reader, position } = setScene();
  reader.behind = true;
  replaying.fellBehind();
  const resumed = replaying.resume(encodeCursor(7n), epoch);
  position.horizon = 90n;
  reader.behind = false;
  replaying.catchUp();
  replays[0]?.end();
  await resumed;
  expect(replays.map(({ from }) => from)).toEqual([7n, 50n]);
  expect(replaying.unsentFrom).toBe(50n);
  replays[1]?.end();
  await turn();
  expect(replaying.unsentFrom).toBeUndefined();
});

it('leaves what a reader misses who is still behind to the moment it has drained', async () => {
  const { replaying, replays, reader } = setScene();
  reader.behind = true;
  replaying.fellBehind();
  const resumed = replaying.resume(encodeCursor(7n), epoch);
  replays[0]?.end();
  await resumed;
  expect(replays).toHaveLength(1);
  expect(replaying.unsentFrom).toBe(50n);
});
