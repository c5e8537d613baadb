import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileStorage } from '../node/file-storage.ts';
import { fakeIndexedDb } from '../testing/fake-indexed-db.ts';
import { indexedDbStorage } from './indexed-db-storage.ts';
import { memoryStorage } from './memory-storage.ts';
import type { OutboxEntry, OutboxStorage } from './outbox-entry.ts';

const entry = (id: string, order: number): OutboxEntry => ({
  id,
  conversationId: 'c',
  senderId: 'ana',
  text: `text of ${id}`,
  replyTo: null,
  order,
  createdAt: '2026-01-01T00:00:00.000Z',
  failure: null,
});

const directory = await mkdtemp(join(tmpdir(), 'nova-outbox-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

const indexedDb = fakeIndexedDb();
const memory = memoryStorage();
/** Every kind, and how a later run opens the same store again. */
const kinds: readonly [string, () => OutboxStorage][] = [
  ['memory', () => memory],
  ['files', () => fileStorage(join(directory, 'files'))],
  ['IndexedDB', () => indexedDbStorage('nova-ana', indexedDb)],
];

describe.each(kinds)('an outbox in %s', (_name, open) => {
  it('gives back what was put, until it is removed', async () => {
    const storage = open();
    expect(await storage.load()).toEqual([]);
    await Promise.all([storage.put(entry('a', 1)), storage.put(entry('b', 2))]);
    const refused = { ...entry('a', 1), failure: { code: 'blocked', message: 'no' } };
    await storage.put(refused);
    const reopened = open();
    const byOrder = (list: readonly OutboxEntry[]) => [...list].sort((x, y) => x.order - y.order);
    expect(byOrder(await reopened.load())).toEqual([refused, entry('b', 2)]);
    await reopened.remove('a');
    await reopened.remove('never there');
    expect(await open().load()).toEqual([entry('b', 2)]);
  });
});

it('files that were not written to the end are no entries', async () => {
  const path = join(directory, 'torn');
  const storage = fileStorage(path);
  await storage.put(entry('a', 1));
  await writeFile(join(path, 'b.json'), '{"id":"b","conv');
  await writeFile(join(path, 'c.json.77.tmp'), JSON.stringify(entry('c', 3)));
  expect(await storage.load()).toEqual([entry('a', 1)]);
  await storage.put(entry('a', 1));
  expect((await readdir(path)).sort()).toEqual(['a.json', 'b.json', 'c.json.77.tmp']);
});

it('a full IndexedDB says so', async () => {
  const full = fakeIndexedDb();
  const storage = indexedDbStorage('nova-bob', full);
  await storage.load();
  full.fail = true;
  await expect(storage.put(entry('a', 1))).rejects.toThrow('quota exceeded');
});
