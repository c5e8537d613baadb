import { randomBytes } from 'node:crypto';
import { createTestDatabase, openKeys, startNova, until } from '@nova/dev-env';
import pg from 'pg';
import { expect, test } from 'vitest';

const marker = 'zanzibar-4711';

/** Every row of every table as text, the way `psql` would show it, and what indexes hold. */
async function everything(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...rows.rows.map(({ row }) => row));
      texts.push(...rows.rows.map(({ row }) => Buffer.from(hexOf(row), 'hex').toString('latin1')));
    }
    const stats = await client.query<{ row: string }>(
      'select s::text as row from pg_stats s where schemaname not in ($1, $2)',
      ['pg_catalog', 'information_schema'],
    );
    return texts.concat(stats.rows.map(({ row }) => row)).join('\n');
  } finally {
    await client.end();
  }
}

/** The bytea columns of a row, decoded: text that was stored as bytes would show. */
const hexOf = (row: string): string =>
  [...row.matchAll(/\\x([0-9a-f]+)/g)].map((m) => m[1]).join('');

test('no message text in any table, statistics or log line', async () => {
  await using env = await startNova({ config: { LOG_LEVEL: 'trace' } });
  const [ana, bob] = [env.user('ana'), env.user('bob')];
  const [anas, bobs] = await Promise.all([ana.socket(), bob.socket()]);
  const { id: conversationId } = await ana.direct(bob);
  const id = '0190a000-0000-7000-8000-000000000001';
  await anas.request('message.send', { conversationId, id, text: `the ${marker} of it` });
  await bobs.expect('message.created', ({ data }) => data.text === `the ${marker} of it`);
  await anas.request('message.edit', {
    conversationId,
    messageId: id,
    text: `another ${marker}`,
    idempotencyKey: 'once',
  });
  await anas.request('message.react', { conversationId, messageId: id, emoji: '👍' });
  await anas
    .request('message.send', { conversationId, id, text: `not the same ${marker}` })
    .catch((error: unknown) => expect(error).toMatchObject({ code: 'idConflict' }));

  const stored = await everything(env.database.url);
  expect(stored).toContain(conversationId);
  expect(stored).not.toContain(marker);
  expect(env.log.length).toBeGreaterThan(0);
  expect(JSON.stringify(env.log)).not.toContain(marker);
});

test('a rotated master key still opens old messages, and the old key can then be dropped', async () => {
  const database = await createTestDatabase();
  const keys = openKeys();
  const [first, second] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const start = (config: Record<string, string>) => startNova({ database, keys, config });
  let conversationId = '';
  const person = { subject: '6f2c0b52-4b6e-4a55-9f0f-0a4f3a7d9c11' };
  const texts = async (env: Awaited<ReturnType<typeof start>>) => {
    const socket = await env.user('ana', person).socket();
    const page = await socket.request('message.list', { conversationId });
    return page.messages.map(({ text }) => text);
  };
  {
    await using env = await start({ SECRETBOX_KEY_B64: first });
    const ana = env.user('ana', person);
    conversationId = (await ana.direct(env.user('bob'))).id;
    const socket = await ana.socket();
    const id = '0190a000-0000-7000-8000-000000000002';
    await socket.request('message.send', { conversationId, id, text: 'before' });
  }
  {
    await using env = await start({
      SECRETBOX_KEY_B64: second,
      SECRETBOX_PREVIOUS_KEYS_B64: first,
    });
    expect(await texts(env)).toEqual(['before']);
    await until('the data key to be re-sealed', () =>
      env.log.some(({ resealed }) => resealed === 1),
    );
  }
  await using env = await start({ SECRETBOX_KEY_B64: second });
  expect(await texts(env)).toEqual(['before']);
});
