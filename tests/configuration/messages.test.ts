import { randomUUID } from 'node:crypto';
import { type NovaEnv, range, startNova, until, WireError } from '@nova/dev-env';
import pg from 'pg';
import { expect, test } from 'vitest';

test.each(['3', '200'])('MESSAGE_BATCH_SIZE %s bounds one transaction', async (size) => {
  await using nova = await startNova({ config: { MESSAGE_BATCH_SIZE: size, MESSAGE_LANES: '1' } });
  const ana = nova.user('ana');
  const { id } = await ana.group([nova.user('bob')]);
  const socket = await ana.socket();
  const send = () =>
    socket.request('message.send', { conversationId: id, id: randomUUID(), text: 'x' });
  await Promise.all(range(1, 60).map(send));
  const small = await nova.metric('message_batch_size_bucket', '{le="5"}');
  const all = await nova.metric('message_batch_size_count');
  if (size === '3') expect(small).toBe(all);
  else expect(small).toBeLessThan(all);
});

test('MESSAGE_LANES: one batch that waits holds up its lane only', async () => {
  const passed = async (lanes: string): Promise<number> => {
    await using nova = await startNova({ config: { MESSAGE_LANES: lanes } });
    return await passedWhileOneIsLocked(nova);
  };
  expect(await passed('1')).toBe(0);
  expect(await passed('8')).toBeGreaterThan(0);
});

/** Of ten conversations, those whose message is stored while the row of an eleventh is locked. */
async function passedWhileOneIsLocked(nova: NovaEnv): Promise<number> {
  const ana = nova.user('ana');
  const crew = [nova.user('bob')];
  const locked = await ana.group(crew);
  const others = await Promise.all(range(1, 10).map(() => ana.group(crew)));
  const holder = new pg.Client({ connectionString: nova.database.url });
  await holder.connect();
  let stored = 0;
  try {
    await holder.query('begin');
    await holder.query('select 1 from conversations where id = $1 for update', [locked.id]);
    const waiting = ana.say(locked.id, 'waits').catch((error: unknown) => error);
    await until('the batch of the locked conversation', async () => {
      const { rows } = await holder.query('select from pg_locks where not granted');
      return rows.length > 0;
    });
    const sends = others.map(({ id }) =>
      ana.say(id, 'passes').then(
        () => {
          if (!released) stored += 1;
        },
        () => undefined,
      ),
    );
    let released = false;
    // The waiting one ends by its own lock_timeout, which is long enough for the others.
    await Promise.race([waiting, Promise.all(sends)]);
    released = true;
    await holder.query('rollback');
    await Promise.all([waiting, ...sends]);
  } finally {
    await holder.end();
  }
  return stored;
}

test('MESSAGE_EDIT_WINDOW_HOURS 0: nothing can be edited', async () => {
  const edit = async (hours: string): Promise<string> => {
    await using nova = await startNova({ config: { MESSAGE_EDIT_WINDOW_HOURS: hours } });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id: conversationId } = await ana.direct(bob);
    const { id: messageId } = await ana.say(conversationId, 'one');
    const given = { conversationId, messageId, text: 'two', version: 1 };
    const answer = await ana.http('message.edit', given);
    return answer.status === 200 ? 'edited' : answer.body.code;
  };
  expect(await edit('24')).toBe('edited');
  expect(await edit('0')).toBe('editWindowClosed');
});

test('MESSAGE_RECALL_WINDOW_HOURS 0: nothing can be taken back', async () => {
  const remove = async (hours: string): Promise<string> => {
    await using nova = await startNova({ config: { MESSAGE_RECALL_WINDOW_HOURS: hours } });
    const [ana, bob] = [nova.user('ana'), nova.user('bob')];
    const { id: conversationId } = await ana.direct(bob);
    const { id: messageId } = await ana.say(conversationId, 'one');
    const answer = await ana.http('message.delete', { conversationId, messageId });
    return answer.status === 200 ? 'deleted' : `${answer.status} ${answer.body.code}`;
  };
  expect(await remove('24')).toBe('deleted');
  expect(await remove('0')).toBe('403 recallWindowClosed');
});

test('every socket is told the windows and the longest text', async () => {
  await using nova = await startNova({
    config: {
      MESSAGE_EDIT_WINDOW_HOURS: '2',
      MESSAGE_RECALL_WINDOW_HOURS: '3',
      MESSAGE_MAX_LENGTH: '100',
    },
  });
  const { limits } = await (await nova.user('ana').socket()).ready;
  expect(limits).toMatchObject({
    messageMaxLength: 100,
    messageEditWindowHours: 2,
    messageRecallWindowHours: 3,
  });
});

test('GROUP_MAX_MEMBERS bounds a group', async () => {
  const code = async (most: string): Promise<string> => {
    await using nova = await startNova({ config: { GROUP_MAX_MEMBERS: most } });
    const crew = range(1, 3).map((n) => nova.user(`user ${n}`));
    const [ana, ...others] = crew as [(typeof crew)[0], ...typeof crew];
    return await ana.group(others).then(
      () => 'created',
      (error: unknown) => (error instanceof WireError ? error.code : String(error)),
    );
  };
  expect(await code('3')).toBe('created');
  expect(await code('2')).not.toBe('created');
});
