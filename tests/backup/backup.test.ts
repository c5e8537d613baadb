// The scripts of deploy/backup, run as their containers run them, with clients that live through it.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNovaClient } from '@nova/client';
import { freePort, openKeys, range, startNova, until } from '@nova/dev-env';
import { expect, test } from 'vitest';
import { runProgram } from '../../scripts/run-program.ts';
import { objectOf, readObjects } from '../deploy/kubernetes/objects.ts';
import { startDebianPostgres } from './debian-postgres.ts';

const scripts = objectOf(readObjects('deploy/backup'), 'ConfigMap').data ?? {};

test('dump, wipe, restore: clients list afresh, keep all of the dump, and send what they kept', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'nova-backup-scripts-'));
  await using postgres = await startDebianPostgres();
  const keys = openKeys();
  const port = await freePort();
  const config = { PORT: String(port), MIGRATE_ON_START: 'true' };
  const database = await postgres.createEmpty('nova_messaging');
  const run = (script: string, url = database.url) => {
    const file = join(directory, script);
    writeFileSync(file, scripts[script] ?? '');
    // The password inside the address is an old one, as after a rotation: it must not be used.
    const address = url.replace('postgres@', 'postgres:rotated@');
    const env = { DATABASE_URL: address, BACKUP_DIRECTORY: directory, KEEP_DAYS: '14' };
    const PATH = `${postgres.binaries}:${process.env.PATH}`;
    return runProgram(['/bin/sh', file], { env: { ...env, PGPASSWORD: 'current', PATH } });
  };

  let nova = await startNova({ database, keys, config });
  const [ana, bob] = [nova.user('ana'), nova.user('bob')];
  const { id } = await ana.direct(bob);
  for (const n of range(1, 20)) await ana.say(id, `${n}`);
  const client = createNovaClient({
    url: nova.origin,
    userId: bob.userId,
    token: async () => bob.token,
  });
  const texts = () =>
    client.conversations
      .get(id)
      ?.getSnapshot()
      .messages.map(({ text }) => text) ?? [];
  try {
    client.start();
    await client.ready();
    const live = await client.conversations.load(id);
    await live.open();
    await until('what bob sees', () => texts().length === 20);

    const dumps = () => readdirSync(directory).filter((name) => name.endsWith('.dump')).length;
    const missing = database.url.replace(/nova_messaging/, 'missing');
    expect(await run('backup.sh', missing)).toMatchObject({ exitCode: 1 });
    expect(dumps()).toBe(0);
    expect(await run('backup.sh')).toMatchObject({ exitCode: 0 });
    expect(dumps()).toBe(1);
    await ana.say(id, 'after the dump');
    await until('what bob sees', () => texts().at(-1) === 'after the dump');
    const [before] = await database.query<{ epoch: string }>('select epoch from service_state');

    expect(await run('restore.sh')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('restore into an empty one'),
    });
    await nova.close();
    live.send('kept in the outbox');
    await postgres.createEmpty('nova_messaging');
    expect(await run('restore.sh')).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('restored'),
    });
    const [after] = await database.query<{ epoch: string }>('select epoch from service_state');
    expect(after?.epoch).not.toBe(before?.epoch);

    nova = await startNova({ database, keys, config });
    const dumped = range(1, 20).map(String);
    await until(
      'bob to see the dump and his own message',
      () => texts().at(-1) === 'kept in the outbox' && texts().length === 21,
      40_000,
    );
    expect(texts()).toEqual([...dumped, 'kept in the outbox']);
    const stored = await ana.call('message.list', { conversationId: id });
    expect(stored.messages.map(({ text }) => text).toSorted()).toEqual([...texts()].toSorted());
    expect((await ana.say(id, 'life goes on')).seq).toBe(22);
    await until('what comes now', () => texts().at(-1) === 'life goes on');
  } finally {
    client.close();
    await nova[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  }
}, 120_000);
