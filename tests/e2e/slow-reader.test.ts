import { randomUUID } from 'node:crypto';
import { type NovaEnv, range, startNova, type TestSocket, until } from '@nova/dev-env';
import { expect, test } from 'vitest';

const config = {
  MESSAGE_MAX_LENGTH: '65536',
  WS_MESSAGE_BUFFER_SIZE: '32',
  RATE_LIMIT_SENDS_BURST: '100000',
  RATE_LIMIT_REQUESTS_BURST: '100000',
};
const text = 'x'.repeat(60_000);

/** A group of ana, bob and the slow one, and sockets of each. */
async function scene(env: NovaEnv) {
  const [ana, bob, slow] = [env.user('ana'), env.user('bob'), env.user('slow')];
  const [anas, bobs, slows] = await Promise.all([ana.socket(), bob.socket(), slow.socket()]);
  const { id, lastPos } = await ana.group([bob, slow]);
  await slows.expect('conversation.created');
  const send = (count: number) =>
    Promise.all(
      range(1, count).map(() =>
        anas.request('message.send', { conversationId: id, id: randomUUID(), text }),
      ),
    );
  return { ana, bobs, slow, slows, id, lastPos, send };
}

const dropped = (env: NovaEnv) => env.metric('outbound_frames_dropped_total');

const givenUp = (env: NovaEnv) => env.metric('slow_consumers_closed_total');

/** More than kernels buffer, until frames for the slow one are dropped. */
async function flood(env: NovaEnv, send: (count: number) => Promise<unknown>): Promise<number> {
  let sent = 0;
  while ((await dropped(env)) === 0) {
    await send(25);
    sent += 25;
    if (sent > 3_000) throw new Error('nothing was ever dropped');
  }
  return sent;
}

const heard = (socket: TestSocket, id: string, last: number) =>
  socket.expect('message.created', (event) => event.conversationId === id && event.pos === last);

test('who stops reading is given up after two seconds and resumes; a healthy reader misses nothing', async () => {
  await using env = await startNova({ config });
  const { bobs, slow, slows, id, lastPos, send } = await scene(env);
  const { cursor, epoch } = await slows.ready;
  slows.tcp.pause();
  const sent = await flood(env, send);
  await until('the slow one is given up', async () => (await givenUp(env)) > 0);
  slows.tcp.resume();
  await slows.closed;
  await heard(bobs, id, lastPos + sent);
  expect(bobs.positions(id)).toEqual(range(lastPos + 1, lastPos + sent));
  const again = await slow.socket();
  await again.request('session.resume', { cursor, epoch });
  await heard(again, id, lastPos + sent);
  expect(again.positions(id)).toEqual(range(lastPos + 1, lastPos + sent));
});

test('who reads again in time is brought up to date from the log on the same socket', async () => {
  await using env = await startNova({ config });
  const { ana, slows, id, lastPos, send } = await scene(env);
  slows.tcp.pause();
  const sent = await flood(env, send);
  slows.tcp.resume();
  await ana.say(id, 'the last one');
  await heard(slows, id, lastPos + sent + 1);
  expect(await givenUp(env)).toBe(0);
  const positions = slows.positions(id);
  let highest = lastPos;
  for (const pos of positions) {
    expect(pos).toBeLessThanOrEqual(highest + 1);
    highest = Math.max(highest, pos);
  }
  expect(highest).toBe(lastPos + sent + 1);
  await slows.request('conversation.list', {});
});

test('who reads slowly but steadily is never given up', async () => {
  await using env = await startNova({ config });
  const { slow, slows, id, lastPos, send } = await scene(env);
  const { cursor, epoch } = await slows.ready;
  slows.cut();
  for (const _ of range(1, 5)) await send(100);
  const again = await slow.socket();
  const resumed = again.request('session.resume', { cursor, epoch });
  // 64 KiB every 10 ms: the whole takes longer than the time after which one is given up.
  const tcp = again.tcp;
  let bytes = 0;
  tcp.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    tcp.pause();
    setTimeout(() => tcp.resume(), 6);
  });
  expect((await resumed).replayed).toBeGreaterThanOrEqual(500);
  expect(bytes).toBeGreaterThan(500 * text.length);
  expect(again.positions(id)).toEqual(range(lastPos + 1, lastPos + 500));
  expect(await givenUp(env)).toBe(0);
});

test('who asks and never reads the answers is not read from either, and then given up', async () => {
  await using env = await startNova({ config });
  const { ana, slows, id, send } = await scene(env);
  await send(200);
  const memoryBefore = process.memoryUsage().external;
  slows.tcp.pause();
  const ask = setInterval(() => {
    for (const n of range(1, 50)) {
      slows.send({
        id: randomInteger() + n,
        type: 'message.list',
        data: { conversationId: id, limit: 200 },
      });
    }
  }, 10);
  await until('the greedy one is given up', async () => (await givenUp(env)) > 0);
  clearInterval(ask);
  expect(process.memoryUsage().external - memoryBefore).toBeLessThan(1_500_000_000);
  slows.tcp.resume();
  await slows.closed;
  // What the greedy one asked for last may still be read from the database.
  const answered = async () => (await ana.http('conversation.list')).status === 200;
  await until('others are answered', answered);
  expect((await env.health()).status).toBe(200);
});

let counter = 1_000;
const randomInteger = (): number => {
  counter += 1_000;
  return counter;
};
