import { randomUUID } from 'node:crypto';
import {
  createTestDatabase,
  environmentOf,
  openKeys,
  range,
  spawnService,
  startNovaProcess,
  type TestSocket,
  until,
} from '@nova/dev-env';
import { expect, test } from 'vitest';

test('kill -9 while everybody sends: all that was acknowledged is there after the restart', async () => {
  const database = await createTestDatabase();
  await using nova = await startNovaProcess({
    database,
    config: { RATE_LIMIT_SENDS_BURST: '100000', RATE_LIMIT_SENDS_PER_SECOND: '100000' },
  });
  const people = range(1, 4).map((n) => nova.user(`user ${n}`));
  const [ana, ...others] = people as [(typeof people)[0], ...typeof people];
  const { id: conversationId } = await ana.group(others);
  const sockets = await Promise.all(people.map((user) => user.socket()));
  const [listener] = sockets as [(typeof sockets)[0]];
  const { cursor, epoch } = await listener.ready;

  const acknowledged = new Map<string, number>();
  const sendUntilCut = async (socket: TestSocket): Promise<void> => {
    for (let n = 1; ; n++) {
      const id = randomUUID();
      try {
        const sent = { conversationId, id, text: `${n}` };
        acknowledged.set(id, (await socket.request('message.send', sent)).seq);
      } catch {
        return;
      }
    }
  };
  const senders = sockets.flatMap((socket) => range(1, 50).map(() => sendUntilCut(socket)));
  await until('some acknowledgements', () => acknowledged.size > 300);
  nova.signal('SIGKILL');
  expect(await nova.exited).toBe('SIGKILL');
  for (const socket of sockets) await socket.closed;
  await Promise.all(senders);

  await nova.restart();
  const stored = await database.query<{ id: string; seq: string }>(
    'select id, seq from messages where conversation_id = $1 order by seq',
    [conversationId],
  );
  const seqs = new Map(stored.map(({ id, seq }) => [id, Number(seq)]));
  for (const [id, seq] of acknowledged) expect(seqs.get(id)).toBe(seq);
  expect([...seqs.values()]).toEqual(range(1, stored.length));
  const [log] = await database.query<{ rows: string; last: string }>(
    'select count(*) as rows, max(pos) as last from log where conversation_id = $1 and type = 1',
    [conversationId],
  );
  expect(Number(log?.rows)).toBe(stored.length);

  // The client of before comes back with its cursor and misses nothing.
  const again = await ana.socket();
  await again.request('session.resume', { cursor, epoch });
  const snapshot = again.all('conversation.snapshot')[0]?.data.conversation.lastSeq;
  const replayed = again.all('message.created').at(-1)?.data.seq;
  expect(snapshot ?? replayed).toBe(stored.length);
  expect((await ana.say(conversationId, 'alive')).seq).toBe(stored.length + 1);
});

test('SIGTERM: the process drains and ends with 0', async () => {
  await using nova = await startNovaProcess({ database: await createTestDatabase() });
  const socket = await nova.user('ana').socket();
  nova.signal('SIGTERM');
  expect((await socket.closed).code).toBe(4001);
  await socket.expect('session.draining');
  expect(await nova.exited).toBe(0);
});

test('SIGTERM while it waits for a database: the process ends with 0', async () => {
  const nowhere = 'postgresql://nova@127.0.0.1:1/nova';
  const { child, exited, said } = spawnService(environmentOf(openKeys(), nowhere));
  try {
    await until('it waits', () => said().includes('waiting for the database'));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(said()).toContain('stopped before it had started');
  } finally {
    child.kill('SIGKILL');
  }
});
