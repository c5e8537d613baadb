import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#testing/test-database.js';
import { createConversationKeys } from './conversation-keys.ts';
import { type MasterKeys, readMasterKeys } from './master-keys.ts';
import { describeMissing, rotateConversationKeys } from './rotate.ts';

const newKey = (): string => randomBytes(32).toString('base64');
const [keyA, keyB, keyC] = [newKey(), newKey(), newKey()];

let database: TestDatabase;
let db: TestDatabase['db'];
let client: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  ({ db } = database);
  client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.close();
});

beforeEach(async () => {
  await client.query('truncate conversations, messages cascade');
});

const keysOf = (currentB64: string, ...previousB64: string[]): Promise<MasterKeys> =>
  readMasterKeys({ currentB64, previousB64 });

/** A conversation with one message, both as the service stores them. */
async function conversation(masterKeys: MasterKeys, text: string): Promise<string> {
  const [id, messageId, userId] = [randomUUID(), randomUUID(), randomUUID()];
  const keys = createConversationKeys({ masterKeys, cacheSize: 1 });
  const { sealedKey, masterKeyId } = keys.create(id);
  await client.query(
    `insert into conversations (id, kind, created_by, member_count, sealed_key, master_key_id,
      created_at, updated_at) values ($1, 'group', $2, 1, $3, $4, now(), now())`,
    [id, userId, sealedKey, masterKeyId],
  );
  await client.query(
    `insert into messages (conversation_id, id, seq, sender_id, kind, body, created_at)
      values ($1, $2, 1, $3, 1, $4, now())`,
    [id, messageId, userId, keys.cached(id)?.seal(text)],
  );
  return id;
}

async function conversations(masterKeys: MasterKeys, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await conversation(masterKeys, `text ${i}`));
  return ids;
}

async function textOf(masterKeys: MasterKeys, id: string): Promise<string | undefined> {
  const { rows } = await client.query('select body from messages where conversation_id = $1', [id]);
  const ciphers = await createConversationKeys({ masterKeys, cacheSize: 1 }).load(db, [id]);
  return ciphers.get(id)?.open(rows[0].body);
}

async function inUse(): Promise<Record<string, number>> {
  const { rows } = await client.query(
    'select master_key_id as id, count(*)::int as n from conversations group by 1',
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.n]));
}

test('old messages still open after a rotation, without the old key', async () => {
  const old = await keysOf(keyA);
  const ids = await conversations(old, 25);
  const both = await keysOf(keyB, keyA);
  expect(await rotateConversationKeys({ db, masterKeys: both, batchSize: 10 })).toEqual({
    resealed: 25,
    broken: 0,
    left: 0,
    missing: [],
  });
  const onlyNew = await keysOf(keyB);
  expect(await inUse()).toEqual({ [onlyNew.currentId]: 25 });
  for (const [index, id] of ids.entries()) expect(await textOf(onlyNew, id)).toBe(`text ${index}`);
  await expect(textOf(old, ids[0] ?? '')).rejects.toThrow('is not configured');
});

test('a second run has nothing to do', async () => {
  const masterKeys = await keysOf(keyA);
  await conversations(masterKeys, 3);
  const before = await client.query('select id, sealed_key from conversations order by id');
  expect((await rotateConversationKeys({ db, masterKeys })).resealed).toBe(0);
  const after = await client.query('select id, sealed_key from conversations order by id');
  expect(after.rows).toEqual(before.rows);
});

test('a missing previous key is told with its id and count, and does not stop the others', async () => {
  const lost = await keysOf(keyC);
  await conversations(lost, 3);
  await conversations(await keysOf(keyA), 4);
  const masterKeys = await keysOf(keyB, keyA);
  const result = await rotateConversationKeys({ db, masterKeys });
  expect(result).toEqual({
    resealed: 4,
    broken: 0,
    left: 0,
    missing: [{ masterKeyId: lost.currentId, conversations: 3 }],
  });
  expect(result.missing.map(describeMissing)).toEqual([
    expect.stringContaining(`master key ${lost.currentId} is not configured but 3`),
  ]);
  expect(await inUse()).toEqual({ [masterKeys.currentId]: 4, [lost.currentId]: 3 });
});

test('a broken key is counted and passed over', async () => {
  const [first] = await conversations(await keysOf(keyA), 5);
  await client.query('update conversations set sealed_key = $2 where id = $1', [
    first,
    randomBytes(89),
  ]);
  const masterKeys = await keysOf(keyB, keyA);
  const result = await rotateConversationKeys({ db, masterKeys, batchSize: 2 });
  expect(result).toMatchObject({ resealed: 4, broken: 1, left: 0 });
});

test('a locked conversation is passed over and counted as left', async () => {
  const [first] = await conversations(await keysOf(keyA), 3);
  await client.query('begin');
  await client.query('select from conversations where id = $1 for update', [first]);
  const masterKeys = await keysOf(keyB, keyA);
  expect(await rotateConversationKeys({ db, masterKeys })).toMatchObject({ resealed: 2, left: 1 });
  await client.query('rollback');
  expect(await rotateConversationKeys({ db, masterKeys })).toMatchObject({ resealed: 1, left: 0 });
});

test('two nodes that rotate at once share the work', async () => {
  await conversations(await keysOf(keyA), 40);
  const masterKeys = await keysOf(keyB, keyA);
  const run = () => rotateConversationKeys({ db, masterKeys, batchSize: 5 });
  const [one, two] = await Promise.all([run(), run()]);
  expect(one.resealed + two.resealed).toBe(40);
  expect(await inUse()).toEqual({ [masterKeys.currentId]: 40 });
});

test('an abort ends it after the batch under way', async () => {
  await conversations(await keysOf(keyA), 10);
  const masterKeys = await keysOf(keyB, keyA);
  const abort = new AbortController();
  const result = await rotateConversationKeys({
    db,
    masterKeys,
    batchSize: 4,
    pauseMs: 60_000,
    signal: abort.signal,
    onBatch: () => abort.abort(),
  });
  expect(result).toMatchObject({ resealed: 4, left: 6 });
});

test('the batch is found by the index of master keys', async () => {
  await client.query('set enable_seqscan = off');
  const { rows } = await client.query(
    `explain select id, sealed_key from conversations where master_key_id = 'x'
      and id > '00000000-0000-0000-0000-000000000000' order by id limit 200
      for no key update skip locked`,
  );
  await client.query('reset enable_seqscan');
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('Index Scan using conversations_master_key');
  expect(plan).not.toContain('Sort');
});

test('the columns that psql shows hold no plain text', async () => {
  const text = 'a secret that would be easy to find';
  await conversation(await keysOf(keyA), text);
  const needle = Buffer.from(text);
  for (const table of ['conversations', 'messages']) {
    const { rows } = await client.query(`select t::text as line, t.* from ${table} t`);
    for (const row of rows) {
      expect(row.line).not.toContain(text);
      expect(row.line).not.toContain(needle.toString('hex'));
      for (const value of Object.values(row)) {
        if (Buffer.isBuffer(value)) expect(value.includes(needle)).toBe(false);
      }
    }
  }
});
