// `keys rotate` and the database part of `doctor`, on a real server.
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readMigrations } from '#db/migrate/migration-files.js';
import { migrationsDirectory } from '#db/migrate/migrations-directory.js';
import { createConversationKeys } from '#sealing/conversation-keys.js';
import { masterKeyId, readMasterKeys } from '#sealing/master-keys.js';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { ran } from './testing/ran.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const idOf = (keyB64: string): string => masterKeyId(Buffer.from(keyB64, 'base64'));
const [keyA, keyB] = [newKey(), newKey()];

const known = (await readMigrations(migrationsDirectory)).map(({ version }) => version);
const newest = known.at(-1) ?? 0;

let database: TestDatabase;
let url: string;
let client: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

beforeEach(async () => {
  url = (await database.clone()).connectionString;
  client = new pg.Client({ connectionString: url });
  await client.connect();
  return () => client.end();
});

async function conversations(keyB64: string, count: number): Promise<void> {
  const masterKeys = await readMasterKeys({ currentB64: keyB64, previousB64: [] });
  const keys = createConversationKeys({ masterKeys, cacheSize: 1 });
  for (let i = 0; i < count; i++) {
    const id = randomUUID();
    const { sealedKey, masterKeyId } = keys.create(id);
    await client.query(
      `insert into conversations (id, kind, created_by, member_count, sealed_key, master_key_id,
        created_at, updated_at) values ($1, 'group', $1, 1, $2, $3, now(), now())`,
      [id, sealedKey, masterKeyId],
    );
  }
}

describe('keys rotate', () => {
  test('seals everything under the current key', async () => {
    await conversations(keyA, 7);
    const env = { DATABASE_URL: url, SECRETBOX_KEY_B64: keyB, SECRETBOX_PREVIOUS_KEYS_B64: keyA };
    const { code, out } = await ran('keys rotate', env);
    expect(code).toBe(0);
    expect(out).toEqual([`sealed 7 conversation key(s) under master key ${idOf(keyB)}`]);
    expect((await ran('keys rotate', { DATABASE_URL: url, SECRETBOX_KEY_B64: keyB })).code).toBe(0);
  });

  test('fails when a key is missing, naming it and no secret', async () => {
    await conversations(keyA, 2);
    const { code, all } = await ran('keys rotate', { DATABASE_URL: url, SECRETBOX_KEY_B64: keyB });
    expect(code).toBe(1);
    expect(all).toContain(`master key ${idOf(keyA)} is not configured but 2 conversation(s)`);
    expect(all).not.toContain(keyB);
  });

  test('says what it needs', async () => {
    const noDatabase = await ran('keys rotate', { SECRETBOX_KEY_B64: keyA });
    expect([noDatabase.code, noDatabase.all]).toEqual([
      78,
      expect.stringContaining('DATABASE_URL'),
    ]);
    const noKey = await ran('keys rotate', { DATABASE_URL: url });
    expect([noKey.code, noKey.all]).toEqual([78, expect.stringContaining('SECRETBOX_KEY_B64')]);
  });

  test('a database that is away is told, without the password', async () => {
    const env = {
      DATABASE_URL: 'postgresql://nova:hidden@127.0.0.1:1/nova',
      SECRETBOX_KEY_B64: keyA,
    };
    const { code, all } = await ran('keys rotate', env);
    expect(code).toBe(1);
    expect(all).toContain('the database is not reachable');
    expect(all).not.toContain('hidden');
  });
});

describe('doctor', () => {
  const doctor = (extra: Record<string, string> = {}) =>
    ran('doctor', { DATABASE_URL: url, SECRETBOX_KEY_B64: keyA, ...extra });
  const lineOf = (out: readonly string[], subject: string) =>
    out.filter((line) => line.slice(6).startsWith(subject));

  test('tells version, clock, migrations, epoch and master key of a healthy database', async () => {
    await conversations(keyA, 1);
    const { out } = await doctor();
    expect(lineOf(out, 'database')[0]).toMatch(/^ok {4}database .* answers: PostgreSQL 1\d/);
    expect(lineOf(out, 'clock')).toEqual([expect.stringMatching(/^ok .* \d+ ms apart$/)]);
    expect(lineOf(out, 'migrations')).toEqual([
      expect.stringMatching(new RegExp(`^ok .* at ${newest}, none missing$`)),
    ]);
    expect(lineOf(out, 'epoch')).toEqual([expect.stringMatching(/^ok .* [0-9a-f-]{36}$/)]);
    expect(lineOf(out, 'master keys')).toEqual([
      expect.stringContaining(`current is ${idOf(keyA)}`),
    ]);
  });

  test('warns of a database that forgets', async () => {
    const { out } = await doctor();
    expect(out.join('\n')).toContain('it confirms before data is safe');
  });

  test('warns when a node may want more connections than are free', async () => {
    const { out } = await doctor({ DATABASE_MAX_CONNECTIONS: '1000' });
    // Beside the pool two lanes of messages and two of calls.
    expect(out.join('\n')).toMatch(/connections are free, a node takes up to 1004/);
  });

  test.each([
    ['none has run', 'drop table schema_migrations', 'migrate up'],
    [`at -1, ${known.length} are missing`, 'delete from schema_migrations', 'migrate up'],
    [
      `number ${newest} failed half-way`,
      'update schema_migrations set dirty = true',
      'migrate force',
    ],
  ])('migrations: %s', async (words, sql, todo) => {
    await client.query(sql);
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(lineOf(out, 'migrations')).toEqual([expect.stringMatching(/^FAIL/)]);
    expect(out.join('\n')).toContain(words);
    expect(out.join('\n')).toContain(todo);
  });

  test('a database newer than the program is a warning: roll-backs look like that', async () => {
    await client.query('update schema_migrations set version = 999999');
    const { out } = await doctor();
    expect(lineOf(out, 'migrations')).toEqual([expect.stringMatching(/^warn .* at 999999, newer/)]);
  });

  test('changes nothing, not even a missing version table', async () => {
    await client.query('drop table schema_migrations');
    await doctor();
    const { rows } = await client.query("select to_regclass('schema_migrations') as found");
    expect(rows[0].found).toBeNull();
  });

  test('names master keys that are missing, and ones that wait for a rotation', async () => {
    await conversations(keyB, 1);
    const missing = await doctor();
    expect(missing.code).toBe(1);
    expect(lineOf(missing.out, 'master keys')[0]).toMatch(
      new RegExp(`^FAIL .*sealed with ${idOf(keyB)}`),
    );
    const old = await doctor({ SECRETBOX_PREVIOUS_KEYS_B64: keyB });
    expect(lineOf(old.out, 'master keys')[0]).toMatch(/^warn .*still sealed with/);
    expect(old.out.join('\n')).toContain('run: nova keys rotate');
    for (const { all } of [missing, old]) {
      expect(all).not.toContain(keyA);
      expect(all).not.toContain(keyB);
    }
  });
});
